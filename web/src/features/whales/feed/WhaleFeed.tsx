import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import useMediaQuery from '@mui/material/useMediaQuery';
import type { Theme } from '@mui/material/styles';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { WhaleRow_WhaleTransactionFragment as Whale } from '../../../generated/graphql';
import { Pill } from '../../../ui/Pill';
import { ROW_HEIGHT, usePreferences } from '../../../ui/preferences';
import { rangeWith } from '../../../ui/rows-around';
import { walkRows } from '../../../ui/row-links';
import { EmptyState, ErrorState } from '../../../ui/StateViews';
import { useHeld } from '../../../ui/useHeld';
import { useOpen, useOpenedId } from '../opened';
import type { Party } from '../parties';
import { PartyCard, usePartyCard } from '../PartyCard';
import { FeedFrame, NARROW_ROW_HEIGHT, TITLES_HEIGHT } from './feed-look';
import { feedRows } from './fold-rows';
import { FoldLine } from './FoldLine';
import { useFolds } from './useFolds';
import { useWhales } from './useWhales';
import { EVERY_WHALE, type WhalesView, isNarrowed } from './view';
import { type AssetPath, WhaleRow } from './WhaleRow';
import { WhaleTitles } from './WhaleTitles';

const OVERSCAN_ROWS = 8;
const SKELETON_ROWS = 16;
/** So many rows before the end older ones are loaded. */
const AHEAD_ROWS = 30;

interface WhaleFeedProps {
  view: WhalesView;
  /** Where given, what leaves nothing can be changed. */
  onView?: (view: WhalesView) => void;
  /** What an empty list of the whole view says. */
  empty?: string;
  /** Two lines for each, however wide the screen. */
  narrow?: boolean;
  toAsset: AssetPath;
}

function Blank({ height }: { height: number }) {
  return Array.from({ length: SKELETON_ROWS }, (_, row) => (
    <div key={row} className="row" style={{ height, position: 'static' }}>
      <Skeleton className="time" width={56} />
      <Skeleton className="amount" width="60%" />
      <Skeleton className="usd" width="60%" />
      <Skeleton className="parties" width="70%" />
    </div>
  ));
}

const NOTHING_YET =
  'Nothing large has moved since the feed began. What moves appears here by itself.';

function NothingShown({ view, onView, empty = NOTHING_YET }: Partial<WhaleFeedProps>) {
  if (!onView || !view || !isNarrowed(view)) {
    return <EmptyState title="No whales yet">{empty}</EmptyState>;
  }
  const showAll = (
    <Button variant="outlined" size="small" onClick={() => onView(EVERY_WHALE)}>
      Show all whales
    </Button>
  );
  return (
    <EmptyState title="No whale fits" action={showAll}>
      Nothing that moved so far matches these filters together.
    </EmptyState>
  );
}

/** The place of the row that something is in, from 0; null outside of rows. */
function rowIndexOf(element: Element): number | null {
  const row = element.closest('[data-whale]')?.getAttribute('aria-rowindex');
  return row ? Number(row) - 2 : null;
}

/** Large transactions as they move. New ones wait behind a pill while somebody reads. */
export function WhaleFeed(props: WhaleFeedProps) {
  const { view, toAsset } = props;
  const onPhone = useMediaQuery((theme: Theme) => theme.breakpoints.down('md'));
  const narrow = props.narrow === true || onPhone;
  const dense = ROW_HEIGHT[usePreferences().density];
  const height = narrow ? NARROW_ROW_HEIGHT : dense;
  const reading = useHeld<HTMLDivElement>(height);
  const card = usePartyCard();
  const open = useOpen();
  const isReading = useOpenedId() !== null || card.shown !== null;
  const whales = useWhales(view, reading.held || isReading);
  const { shown, waiting, leaving, status, loadOlder } = whales;
  const folds = useFolds(shown);
  const lines = useMemo(() => feedRows(shown, folds.open), [shown, folds.open]);
  const [focused, setFocused] = useState<number | null>(null);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => reading.rows.current,
    estimateSize: useCallback(() => height, [height]),
    getItemKey: useCallback((index: number) => lines[index]?.key ?? index, [lines]),
    rangeExtractor: rangeWith(focused),
    overscan: OVERSCAN_ROWS,
  });
  useEffect(() => rows.measure(), [rows, height]);
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (lines.length > 0 && last >= lines.length - AHEAD_ROWS) loadOlder();
  }, [last, lines.length, loadOlder]);
  const { show } = card;
  const onParty = useCallback(
    (party: Party, { chain, sources }: Whale, anchor: HTMLElement) =>
      show({ party, chain, sources, anchor }),
    [show],
  );

  return (
    <FeedFrame
      aria-label="Whales"
      data-narrow={narrow}
      aria-busy={status === 'loading'}
      {...reading.frame}
      onKeyDown={walkRows}
      onFocusCapture={({ target }) => setFocused(rowIndexOf(target))}
    >
      <div ref={reading.rows} className="rows" tabIndex={0} onScroll={reading.onScroll}>
        <div
          {...(lines.length > 0 && {
            ...{ role: 'table', 'aria-label': 'Large transactions, newest first' },
            'aria-rowcount': lines.length + 1,
          })}
        >
          <WhaleTitles hidden={lines.length === 0} />
          <div
            role={lines.length > 0 ? 'rowgroup' : undefined}
            className="body"
            style={{ height: rows.getTotalSize() }}
          >
            {items.map(({ index, start: top, size }) => {
              const row = lines[index];
              if (row === undefined) return null;
              const place = { index, top, height: size };
              if (row.kind === 'why' || row.kind === 'more') {
                return <FoldLine key={row.key} row={row} {...place} onMore={folds.loadMore} />;
              }
              const { whale } = row;
              return (
                <WhaleRow
                  key={row.key}
                  {...{ whale, toAsset, onParty, ...place }}
                  onOpen={open}
                  isLeaving={leaving.has(whale.id)}
                  wanted={view.assets}
                  isMember={row.kind === 'member'}
                  isOpen={whale.fold !== null && folds.open.has(whale.fold.id)}
                  {...(view.folding !== 'raw' && { onToggle: folds.toggle })}
                />
              );
            })}
          </div>
        </div>
        {status === 'loading' && <Blank height={height} />}
        {status === 'failed' && shown.length === 0 && (
          <ErrorState
            title="The whales could not be loaded"
            error={whales.error}
            stillWorks="Prices and charts go on."
            onRetry={whales.reload}
          />
        )}
        {status === 'ready' && shown.length === 0 && <NothingShown {...props} />}
      </div>
      <Pill count={waiting.length} onShow={reading.letGo} top={narrow ? 8 : TITLES_HEIGHT + 8} />
      <PartyCard shown={card.shown} onClose={card.close} />
    </FeedFrame>
  );
}
