import { styled } from '@mui/material/styles';
import { useId } from 'react';
import type { WhaleFlowsQuery } from '../../../generated/graphql';
import { Amount } from '../../../ui/figures';
import { TEXT } from '../../../ui/theme';
import { useFormats } from '../../../ui/useFormats';
import { TableFrame } from '../TableFrame';
import { bandPath, layOutSankey, type SankeyNode, withoutSmall } from './sankey';

type Edge = WhaleFlowsQuery['whaleFlowMatrix'][number];

const WIDTH = 900;
const HEIGHT = 380;
const GAP = 10;
const BAR = 8;
/** On either side for names. */
const MARGIN = 150;
const MOST_ENDS = 8;
const SHOWN_ROWS = 30;

const Frame = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    display: 'grid',
    gap: 12,
    '& svg': { width: '100%', height: 'auto', overflow: 'visible' },
    '& .band': { fill: palette.primary.main, fillOpacity: 0.22 },
    '& .band:hover': { fillOpacity: 0.5 },
    '& .end': { fill: palette.text.secondary },
    '& text': { fill: palette.text.primary, fontSize: TEXT.body },
    '& text .quiet': { fill: palette.text.secondary },
    '& summary': { cursor: 'pointer', color: palette.primary.main, fontSize: TEXT.body },
    [theme.breakpoints.down('sm')]: { '& text': { fontSize: 22 } },
  };
});

function End({ node }: { node: SankeyNode }) {
  const formats = useFormats();
  const isFrom = node.side === 'from';
  const x = isFrom ? MARGIN : WIDTH - MARGIN - BAR;
  return (
    <>
      <rect className="end" x={x} y={node.y} width={BAR} height={Math.max(node.height, 1)} />
      <text
        x={isFrom ? x - 8 : x + BAR + 8}
        y={node.y + node.height / 2}
        dominantBaseline="middle"
        textAnchor={isFrom ? 'end' : 'start'}
      >
        {node.name} <tspan className="quiet">{formats.amount(node.value.toFixed(0))}</tspan>
      </text>
    </>
  );
}

/** The same figures for those who cannot see the drawing, and for whoever wants them exactly. */
function Table({ edges }: { edges: readonly Edge[] }) {
  const formats = useFormats();
  return (
    <details>
      <summary>The same as a table</summary>
      <TableFrame tabIndex={0} role="region" aria-label="Who sent to whom">
        <table>
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">To</th>
              <th scope="col" className="figure">
                USD
              </th>
              <th scope="col" className="figure">
                Transactions
              </th>
            </tr>
          </thead>
          <tbody>
            {edges.slice(0, SHOWN_ROWS).map((edge) => (
              <tr key={`${edge.from}>${edge.to}`}>
                <td>{edge.from}</td>
                <td>{edge.to}</td>
                <td className="figure">
                  <Amount text={edge.usd} unit="USD" />
                </td>
                <td className="figure number">{formats.number(edge.transactions, 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
    </details>
  );
}

/** Who sent to whom, as bands as thick as their worth. */
export function Sankey({ edges }: { edges: readonly Edge[] }) {
  const title = useId();
  const formats = useFormats();
  const flows = edges.map(({ from, to, usd }) => ({ from, to, value: Number(usd) }));
  const { nodes, bands } = layOutSankey(withoutSmall(flows, MOST_ENDS), {
    ...{ height: HEIGHT, gap: GAP },
  });
  return (
    <Frame>
      <svg viewBox={`0 -4 ${WIDTH} ${HEIGHT + 8}`} role="img" aria-labelledby={title}>
        <title id={title}>Who sent to whom, in USD; the table below has the same figures</title>
        {bands.map((band) => (
          <path
            key={`${band.from}>${band.to}`}
            className="band"
            d={bandPath(band, MARGIN + BAR, WIDTH - MARGIN - BAR)}
          >
            <title>
              {`${band.from} → ${band.to}: ${formats.amount(band.value.toFixed(0))} USD`}
            </title>
          </path>
        ))}
        {nodes.map((node) => (
          <End key={`${node.side} ${node.name}`} node={node} />
        ))}
      </svg>
      <Table edges={edges} />
    </Frame>
  );
}
