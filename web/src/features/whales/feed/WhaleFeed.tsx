import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import useMediaQuery from '@mui/material/useMediaQuery';
import type { Theme } from '@mui/material/styles';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ROW_HEIGHT, usePreferences } from '../../../ui/preferences';
import { EmptyState, ErrorState } from '../../../ui/StateViews';
import { FeedFrame } from './feed-look';
import { useWhales } from './useWhales';
import { EVERY_WHALE, type WhalesView, isNarrowed } from './view';
import { type AssetPath, WhaleRow } from './WhaleRow';

const PHONE_ROW_HEIGHT = 60;
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

function Titles() {
  return (
    <div role="row" className="row titles">
      <span role="columnheader">Time</span>
      <span role="columnheader" className="amount">
        Amount
      </span>
      <span role="columnheader" className="usd">
        Worth
      </span>
      <span role="columnheader" className="parties">
        From → to
      </span>
      <span role="columnheader" className="what">
        Kind
      </span>
      <span role="columnheader" className="chain">
        Chain
      </span>
      <span role="columnheader" className="link">
        <span className="visually-hidden">Block explorer</span>
      </span>
    </div>
  );
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

/** Large transactions as they move. New ones wait behind a pill while somebody reads. */
export function WhaleFeed(props: WhaleFeedProps) {
  const { view, toAsset } = props;
  const [pointed, setPointed] = useState(false);
  const [scrolled, setScrolled] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const whales = useWhales(view, pointed || scrolled);
  const onPhone = useMediaQuery((theme: Theme) => theme.breakpoints.down('md'));
  const narrow = props.narrow === true || onPhone;
  const dense = ROW_HEIGHT[usePreferences().density];
  const height = narrow ? PHONE_ROW_HEIGHT : dense;
  const { shown, waiting, status, loadOlder } = whales;
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => frame.current,
    estimateSize: useCallback(() => height, [height]),
    getItemKey: useCallback((index: number) => shown[index]?.id ?? index, [shown]),
    overscan: OVERSCAN_ROWS,
  });
  useEffect(() => rows.measure(), [rows, height]);
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (shown.length > 0 && last >= shown.length - AHEAD_ROWS) loadOlder();
  }, [last, shown.length, loadOlder]);
  const showNew = () => {
    frame.current?.scrollTo({ top: 0 });
    setScrolled(false);
    setPointed(false);
  };

  return (
    <FeedFrame aria-label="Whales" data-narrow={narrow} aria-busy={status === 'loading'}>
      <div
        ref={frame}
        role="table"
        aria-label="Large transactions, newest first"
        aria-rowcount={shown.length + 1}
        className="rows"
        tabIndex={0}
        onPointerEnter={(event) => setPointed(event.pointerType === 'mouse')}
        onPointerLeave={() => setPointed(false)}
        onScroll={(event) => setScrolled(event.currentTarget.scrollTop > height)}
      >
        <Titles />
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
        <div role="rowgroup" className="body" style={{ height: rows.getTotalSize() }}>
          {items.map(({ index, start, size }) => {
            const whale = shown[index];
            return whale === undefined ? null : (
              <WhaleRow key={whale.id} {...{ whale, index, toAsset }} top={start} height={size} />
            );
          })}
        </div>
      </div>
      {waiting.length > 0 && (
        <button type="button" className="pill number" onClick={showNew}>
          {waiting.length} new
        </button>
      )}
    </FeedFrame>
  );
}
