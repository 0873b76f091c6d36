import { styled } from '@mui/material/styles';
import type { PointedMarker } from '../../../charts/overlay';
import type { MarkedWhaleFragment } from '../../../generated/graphql';
import { TEXT } from '../../../ui/theme';
import { DIRECTIONS } from '../directions';
import { figuresOf } from '../told';
import { MarkedWords } from './MarkedWords';
import { countOf, type MarkedGroup } from './markers';

const WIDTH = 260;
/** With three whales and a last line. */
const HEIGHT = 192;
const DISTANCE = 12;
const SHOWN = 3;

const Frame = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    position: 'absolute',
    zIndex: 5,
    width: WIDTH,
    padding: '8px 12px',
    fontSize: TEXT.small,
    lineHeight: '18px',
    background: palette.surface.high,
    border: `1px solid ${palette.divider}`,
    borderRadius: 6,
    pointerEvents: 'none',
    '& p': { margin: 0 },
    '& li': { marginTop: 4 },
    '& ul': { margin: 0, padding: 0, listStyle: 'none' },
    '& .way': { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  };
});

interface MarkerDetailsProps {
  symbol: string;
  group: MarkedGroup<MarkedWhaleFragment>;
  pointed: PointedMarker;
}

/** What a marker on the chart stands for. */
export function MarkerDetails({ symbol, group, pointed: { x, y } }: MarkerDetailsProps) {
  const { whales } = group;
  const [first] = whales;
  const rest = whales.length - SHOWN;
  const word =
    group.tone === 'neutral'
      ? 'Between others'
      : DIRECTIONS[first ? figuresOf(first).direction : 'ELSEWHERE'];
  return (
    <Frame
      role="tooltip"
      style={{
        left: `clamp(8px, ${x + DISTANCE}px, calc(100% - ${WIDTH + 8}px))`,
        top: `clamp(8px, ${y + DISTANCE}px, calc(100% - ${HEIGHT}px))`,
      }}
    >
      <p className={group.tone === 'neutral' ? 'quiet' : group.tone}>
        {group.tone === 'up' && '↑ '}
        {group.tone === 'down' && '↓ '}
        {word} · {countOf(whales)}
      </p>
      <ul>
        {whales.slice(0, SHOWN).map((whale) => (
          <li key={whale.id}>
            <MarkedWords {...{ whale, symbol }} />
          </li>
        ))}
      </ul>
      {rest > 0 && <p className="quiet">and {rest} smaller</p>}
    </Frame>
  );
}
