import Popover from '@mui/material/Popover';
import { styled } from '@mui/material/styles';
import { Link } from 'react-router';
import type { MarkedWhaleFragment } from '../../../generated/graphql';
import { TEXT } from '../../../ui/theme';
import { openingHere, transactionPath, useOpen } from '../opened';
import { MarkedWords } from './MarkedWords';

/** More lines help nobody; the page of whales has all. */
const MOST_LISTED = 100;

const Sheet = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    width: 'min(320px, calc(100vw - 32px))',
    fontSize: TEXT.small,
    lineHeight: '18px',
    '& h2': { margin: 0, padding: '12px 16px 8px', fontSize: TEXT.body, fontWeight: 600 },
    '& p': { margin: 0, padding: '0 16px 12px', color: palette.text.secondary },
    '& ul': { margin: 0, padding: 0, listStyle: 'none' },
    '& li': { borderTop: `1px solid ${palette.divider}` },
    '& a': { display: 'block', padding: '8px 16px', color: 'inherit', textDecoration: 'none' },
    '& a:hover': { background: palette.surface.high },
    '& .way': { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
    '& .all': { borderTop: `1px solid ${palette.divider}`, color: palette.primary.main },
  };
});

/** Whales of the chart that somebody wants to choose of. */
export interface ListedWhales {
  title: string;
  whales: readonly MarkedWhaleFragment[];
  /** Where, in pixels from the window's top left corner. */
  left: number;
  top: number;
}

interface MarkedListProps {
  symbol: string;
  listed: ListedWhales | null;
  onClose: () => void;
}

function Lines({ symbol, listed: { title, whales } }: { symbol: string; listed: ListedWhales }) {
  const open = useOpen();
  return (
    <Sheet>
      <h2>{title}</h2>
      {whales.length === 0 && (
        <p>Nothing so large has moved in these candles. Smaller moves are in the list beside.</p>
      )}
      <ul>
        {whales.slice(0, MOST_LISTED).map((whale) => (
          <li key={whale.id}>
            <Link
              to={transactionPath(whale.id)}
              onClick={(event) => openingHere(event, () => open(whale.id))}
            >
              <MarkedWords {...{ whale, symbol }} />
            </Link>
          </li>
        ))}
      </ul>
      {whales.length > MOST_LISTED && (
        <Link className="all" to={`/whales?asset=${encodeURIComponent(symbol)}`}>
          All whales of {symbol}
        </Link>
      )}
    </Sheet>
  );
}

/** Whales of the chart, each of which leads to its details; it stays below these, to go on to the next. */
export function MarkedList({ symbol, listed, onClose }: MarkedListProps) {
  return (
    <Popover
      open={listed !== null}
      anchorReference="anchorPosition"
      anchorPosition={listed ?? undefined}
      onClose={onClose}
      transitionDuration={0}
      sx={{ zIndex: ({ zIndex }) => zIndex.drawer - 1 }}
      slotProps={{
        paper: { role: 'dialog', 'aria-label': listed?.title, sx: { maxHeight: '60vh' } },
      }}
    >
      {listed && <Lines {...{ symbol, listed }} />}
    </Popover>
  );
}
