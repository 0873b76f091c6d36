import Button from '@mui/material/Button';
import { useCallback, useMemo } from 'react';
import { EmptyState, ErrorState } from '../../../ui/StateViews';
import { useLiveAssets } from '../live-assets';
import { STARRED, listNamed, useStarred, useWatchlists, type Watchlist } from '../watchlists';
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

interface NothingProps extends MarketsProps {
  /** Whether there is any asset at all. */
  known: boolean;
  list: Watchlist | undefined;
}

/** Why a view is empty, as a title and what to do. */
function emptiness(view: MarketsView, list: Watchlist | undefined): [title: string, next: string] {
  if (view.list !== null && view.list !== STARRED && !list) {
    return ['There is no such list here', 'It was deleted, or is somebody else’s.'];
  }
  if (view.list === null || view.search !== '') {
    return ['No asset fits', 'No asset matches this search and these filters together.'];
  }
  return view.list === STARRED
    ? ['Nothing on your watchlist here', 'Star an asset in the table and it stays on this list.']
    : [`Nothing on “${list?.name}” here`, 'Assets get onto it under Account, Watchlists.'];
}

function NothingShown({ view, onView, known, list }: NothingProps) {
  if (!known) {
    return (
      <EmptyState title="No assets yet">
        The feed has not delivered anything so far. Prices appear here as soon as it does.
      </EmptyState>
    );
  }
  const [title, next] = emptiness(view, list);
  return (
    <EmptyState
      title={title}
      action={
        <Button variant="outlined" size="small" onClick={() => onView(withoutFilters(view))}>
          Show all assets
        </Button>
      }
    >
      {next}
    </EmptyState>
  );
}

/** The live table of all tracked assets in the given view. */
export function Markets({ view, onView }: MarketsProps) {
  const { symbols, error, reload } = useAssetList();
  const { lists, isLoading, toggle } = useWatchlists();
  const starred = useStarred();
  const list = listNamed(lists, view.list);
  const listed = useMemo(
    () => (view.list === null ? null : new Set(list?.symbols)),
    [view.list, list?.symbols],
  );
  const { order, setAttentive } = useOrder(symbols ?? NONE, view, listed);
  useLiveAssets(symbols ?? NONE);
  const onSort = useCallback((field: SortField) => onView(sortedBy(view, field)), [onView, view]);

  if (!symbols && error) {
    return (
      <ErrorState
        title="The assets could not be loaded"
        error={error}
        stillWorks="Your watchlist and settings are kept."
        onRetry={reload}
      />
    );
  }
  if (!symbols || (view.list !== null && isLoading)) return <TableSkeleton />;
  if (order.length === 0) {
    return <NothingShown view={view} onView={onView} known={symbols.length > 0} list={list} />;
  }
  return (
    <AssetTable
      symbols={order}
      view={view}
      starred={starred}
      onSort={onSort}
      onToggleStar={toggle}
      onAttention={setAttentive}
    />
  );
}
