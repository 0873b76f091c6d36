import { styled } from '@mui/material/styles';
import { useId } from 'react';
import type { WhaleFlowsQuery } from '../../../generated/graphql';
import { Worth } from '../../../ui/figures';
import { TEXT } from '../../../ui/theme';
import { useFormats } from '../../../ui/useFormats';
import { useMoney } from '../../../ui/useMoney';
import { useWidth } from '../../../ui/useWidth';
import { TableFrame } from '../TableFrame';
import { figure, TitledTable } from '../TitledTable';
import { ownerName } from '../owner-names';
import {
  bandPath,
  isBetweenStrangers,
  layOutSankey,
  type SankeyNode,
  withoutSmall,
} from './sankey';

type Edge = WhaleFlowsQuery['whaleFlowMatrix'][number];

const HEIGHT = 380;
/** Room for the two lines of the smallest end. */
const GAP = 18;
const BAR = 8;
/** On either side for names, on a wide screen and on a narrow one. */
const MARGIN = 160;
const NARROW_MARGIN = 96;
const NARROW = 600;
const LINE = 14;
const MOST_ENDS = 8;
const SHOWN_ROWS = 30;

const edgeTitles = (currency: string) => [
  { title: 'From' },
  { title: 'To' },
  figure(currency),
  figure('Transactions'),
];

const Frame = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    display: 'grid',
    gap: 12,
    '& .drawing': { minWidth: 0, minHeight: HEIGHT + 2 * LINE },
    '& svg': { display: 'block' },
    '& .band': { fill: palette.primary.main, fillOpacity: 0.22 },
    '& .band:hover': { fillOpacity: 0.5 },
    '& .end': { fill: palette.text.secondary },
    '& text': { fill: palette.text.primary, fontSize: TEXT.small },
    '& text .quiet': { fill: palette.text.secondary },
    '& summary': { cursor: 'pointer', color: palette.primary.main, fontSize: TEXT.body },
  };
});

/** Names are cut to what fits beside the drawing; the table has them in full. */
const MOST_LETTERS = 14;
const fitting = (name: string) =>
  name.length > MOST_LETTERS ? `${name.slice(0, MOST_LETTERS - 1)}…` : name;

function End({ node, left, right }: { node: SankeyNode; left: number; right: number }) {
  const money = useMoney();
  const isFrom = node.side === 'from';
  const x = isFrom ? left - BAR : right;
  const textX = isFrom ? x - 6 : x + BAR + 6;
  return (
    <>
      <rect className="end" x={x} y={node.y} width={BAR} height={Math.max(node.height, 1)} />
      <text y={node.y + node.height / 2} textAnchor={isFrom ? 'end' : 'start'}>
        <tspan x={textX} dy={-2}>
          {fitting(ownerName(node.name))}
        </tspan>
        <tspan x={textX} dy={LINE} className="quiet">
          {money.amount(node.value.toFixed(0))}
        </tspan>
      </text>
    </>
  );
}

/** The same figures for those who cannot see the drawing, and for whoever wants them exactly. */
function Table({ edges }: { edges: readonly Edge[] }) {
  const formats = useFormats();
  const { currency } = useMoney();
  return (
    <details>
      <summary>The same as a table</summary>
      <TableFrame tabIndex={0} role="region" aria-label="Who sent to whom">
        <TitledTable titles={edgeTitles(currency)}>
          {edges.slice(0, SHOWN_ROWS).map((edge) => (
            <tr key={`${edge.from}>${edge.to}`}>
              <td>{ownerName(edge.from)}</td>
              <td>{ownerName(edge.to)}</td>
              <td className="figure">
                <Worth dollars={edge.usd} />
              </td>
              <td className="figure number">{formats.number(edge.transactions, 0)}</td>
            </tr>
          ))}
        </TitledTable>
      </TableFrame>
    </details>
  );
}

interface DrawingProps {
  edges: readonly Edge[];
  /** In pixels. */
  width: number;
}

function Drawing({ edges, width }: DrawingProps) {
  const title = useId();
  const money = useMoney();
  const flows = edges.map(({ from, to, usd }) => ({ from, to, value: Number(usd) }));
  const { nodes, bands } = layOutSankey(withoutSmall(flows, MOST_ENDS), {
    ...{ height: HEIGHT, gap: GAP },
  });
  const margin = width < NARROW ? NARROW_MARGIN : MARGIN;
  const [left, right] = [margin, width - margin];
  return (
    <svg
      width={width}
      height={HEIGHT + 2 * LINE}
      viewBox={`0 ${-LINE} ${width} ${HEIGHT + 2 * LINE}`}
      role="img"
      aria-labelledby={title}
    >
      <title id={title}>
        Who sent to whom, in {money.currency}; the table below has the same figures
      </title>
      {bands.map((band) => (
        <path key={`${band.from}>${band.to}`} className="band" d={bandPath(band, left, right)}>
          <title>{`${ownerName(band.from)} → ${ownerName(band.to)}: ${money.amount(band.value.toFixed(0))}${money.suffix}`}</title>
        </path>
      ))}
      {nodes.map((node) => (
        <End key={`${node.side} ${node.name}`} {...{ node, left, right }} />
      ))}
    </svg>
  );
}

/** Who sent to whom, as bands as thick as their worth. */
export function Sankey({ edges }: { edges: readonly Edge[] }) {
  const [element, width] = useWidth<HTMLDivElement>();
  const drawn = edges.filter((edge) => !isBetweenStrangers(edge));
  const strangers = edges.find(isBetweenStrangers);
  return (
    <Frame>
      <div ref={element} className={drawn.length > 0 ? 'drawing' : undefined}>
        {drawn.length > 0 && width > 0 && <Drawing edges={drawn} width={width} />}
      </div>
      {strangers && (
        <p className="quiet">
          Not drawn: <Worth dollars={strangers.usd} named /> between wallets of which nobody says
          whose they are.
        </p>
      )}
      <Table edges={edges} />
    </Frame>
  );
}
