import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import { useState } from 'react';
import { Actions } from './form';
import { Rows } from './rows';

/** Where somebody is in a list that is shown a page at a time. */
export interface Pages {
  /** For the API's `after`; null on the first page. */
  after: string | null;
  /** Goes on behind a cursor. */
  goOn: (cursor: string) => void;
  /** Goes back by a page. */
  goBack: () => void;
  toFirst: () => void;
}

/** Leafs through a list; another `list` starts at its first page. */
export function usePages(list = ''): Pages {
  const [place, setPlace] = useState<{ list: string; cursors: readonly string[] }>({
    list,
    cursors: [],
  });
  const cursors = place.list === list ? place.cursors : [];
  const go = (next: readonly string[]) => setPlace({ list, cursors: next });
  return {
    after: cursors.at(-1) ?? null,
    goOn: (cursor) => go([...cursors, cursor]),
    goBack: () => go(cursors.slice(0, -1)),
    toFirst: () => go([]),
  };
}

interface PagerProps {
  pages: Pages;
  /** Of the page that is shown. */
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** Leads to the older and newer pages of a list, where there are any. */
export function Pager({ pages, pageInfo: { hasNextPage, endCursor } }: PagerProps) {
  if (pages.after === null && !hasNextPage) return null;
  const top = (element: HTMLElement) => element.closest('main')?.scrollTo({ top: 0 });
  return (
    <Actions role="navigation" aria-label="Pages of the list">
      <Button
        variant="outlined"
        disabled={pages.after === null}
        onClick={({ currentTarget }) => {
          pages.goBack();
          top(currentTarget);
        }}
      >
        Newer
      </Button>
      <Button
        variant="outlined"
        disabled={!hasNextPage || endCursor === null}
        onClick={({ currentTarget }) => {
          if (endCursor !== null) pages.goOn(endCursor);
          top(currentTarget);
        }}
      >
        Older
      </Button>
    </Actions>
  );
}

/** What stands in place of a list's lines while they load. */
export function RowsSkeleton({ count }: { count: number }) {
  return (
    <Rows columns="minmax(0, 1fr)" aria-busy="true" aria-label="Loading">
      {Array.from({ length: count }, (_, at) => (
        <li key={at}>
          <div className="row">
            <Skeleton width={240} />
          </div>
        </li>
      ))}
    </Rows>
  );
}
