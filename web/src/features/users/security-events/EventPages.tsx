import type { ErrorLike } from '@apollo/client';
import type { ReactNode } from 'react';
import { useReconnected } from '../../../ui/connection';
import { Pager, type Pages } from '../../../ui/pages';
import { Section, ThingsSkeleton } from '../../../ui/sections';
import { ErrorState } from '../../../ui/StateViews';
import type { SecurityEvent } from './documents';
import { EventList } from './EventList';
import type { useArrived } from './useArrived';

interface EventPage {
  edges: readonly { node: SecurityEvent }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

interface EventPagesProps extends ReturnType<typeof useArrived> {
  title: string;
  about: string;
  /** What is said where nothing can be shown. */
  failure: string;
  pages: Pages;
  /** The page that is shown; undefined before there is one. */
  page: EventPage | undefined;
  error: ErrorLike | undefined;
  loading: boolean;
  refetch: (variables?: { after: null }) => Promise<unknown>;
  line: (event: SecurityEvent) => ReactNode;
}

/** Security events a page at a time, the newest first; those that have come meanwhile wait behind a pill. */
export function EventPages(props: EventPagesProps) {
  const { title, about, failure, pages, page, error, loading, refetch, line } = props;
  const show = () => {
    props.forget();
    pages.toFirst();
    void refetch({ after: null }).catch(() => undefined);
  };
  useReconnected(show);
  if (!page && error) {
    return (
      <ErrorState
        title={failure}
        error={error}
        stillWorks="They are kept. The other pages work."
        onRetry={() => void refetch()}
      />
    );
  }
  return (
    <Section title={title} about={about}>
      {!page && <ThingsSkeleton count={3} />}
      {page && (
        <>
          <EventList
            events={page.edges.map(({ node }) => node)}
            arrived={props.arrived}
            onShow={show}
            busy={loading}
            empty="Nothing unusual so far. There is nothing to do."
            line={line}
          />
          <Pager pages={pages} pageInfo={page.pageInfo} />
        </>
      )}
    </Section>
  );
}
