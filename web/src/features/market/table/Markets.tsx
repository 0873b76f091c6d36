import Button from '@mui/material/Button';
import { useCallback } from 'react';
import { EmptyState, ErrorState } from '../../../ui/StateViews';
import { useLiveAssets } from '../live-assets';
import { toggleWatched, useWatchlist } from '../watchlist';
import { AssetTable } from './AssetTable';
import { TableSkeleton } from './TableSkeleton';
import { useAssetList } from './useAssetList';
import { useOrder } from './useOrder';
import { sortedBy, withoutFilters, type MarketsView, type SortField } from './view-state';

interface MarketsProps {
  view: MarketsView;
  onView: (view: MarketsView) => void;
}

const NONE: readonly string[] = [];

function NothingShown({ view, onView, known }: MarketsProps & { known: boolean }) {
  if (!known) {
    return (
      <EmptyState title="No assets yet">
        The feed has not delivered anything so far. Prices appear here as soon as it does.
      </EmptyState>
    );
  }
  const starless = view.watchlistOnly && view.search === '';
  return (
    <EmptyState
      title={starless ? 'Nothing on your watchlist here' : 'No asset fits'}
      action={
        <Button variant="outlined" size="small" onClick={() => onView(withoutFilters(view))}>
          Show all assets
        </Button>
      }
    >
      {starless
        ? 'Star an asset in the table and it stays on this list.'
        : 'No asset matches this search and these filters together.'}
    </EmptyState>
  );
}

/** The live table of all tracked assets in the given view. */
export function Markets({ view, onView }: MarketsProps) {
  const { symbols, error, reload } = useAssetList();
  const watched = useWatchlist();
  const { order, setAttentive } = useOrder(symbols ?? NONE, view, watched);
  useLiveAssets(symbols ?? NONE);
  const onSort = useCallback((field: SortField) => onView(sortedBy(view, field)), [onView, view]);

  if (!symbols && error) {
    return (
      <ErrorState
        title="The assets could not be loaded"
        error={error}
        stillWorks="Your watchlist and settings are kept in this browser."
        onRetry={reload}
      />
    );
  }
  if (!symbols) return <TableSkeleton />;
  if (order.length === 0) {
    return <NothingShown view={view} onView={onView} known={symbols.length > 0} />;
  }
  return (
    <AssetTable
      symbols={order}
      view={view}
      watched={watched}
      onSort={onSort}
      onToggleStar={toggleWatched}
      onAttention={setAttentive}
    />
  );
}
