import { useQuery } from '@apollo/client/react';
import Button from '@mui/material/Button';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { useReconnected } from '../../../ui/connection';
import { Pager, usePages } from '../../../ui/pages';
import { Section, ThingsSkeleton } from '../../../ui/sections';
import { ErrorState } from '../../../ui/StateViews';
import { OWN_SECURITY_EVENTS, type SecurityEvent } from './documents';
import { EventLine, EventList } from './EventList';
import { EVENT_WORDS } from './event-words';
import { markSeen } from './seen';
import { useArrived } from './useArrived';

const PAGE_SIZE = 20;

function OwnEvent({ event }: { event: SecurityEvent }) {
  const { next, place } = EVENT_WORDS[event.kind];
  return (
    <EventLine event={event} next={next}>
      <Button size="small" component={Link} to={place.path}>
        {place.title}
      </Button>
    </EventLine>
  );
}

/** What somebody should look at about their account, the newest first. */
export function SecurityEvents() {
  const pages = usePages();
  const { data, previousData, error, loading, refetch } = useQuery(OWN_SECURITY_EVENTS, {
    variables: { first: PAGE_SIZE, after: pages.after },
    fetchPolicy: 'cache-and-network',
  });
  const { arrived, forget } = useArrived(false);
  const me = (data ?? previousData)?.me;
  const events = me?.securityEvents;
  const newest = pages.after === null ? events?.edges[0]?.node.id : undefined;
  useEffect(() => {
    if (me && newest !== undefined) markSeen(me.id, newest);
  }, [me, newest]);
  const show = () => {
    forget();
    pages.toFirst();
    void refetch({ first: PAGE_SIZE, after: null }).catch(() => undefined);
  };
  useReconnected(show);
  if (!events && error) {
    return (
      <ErrorState
        title="Your security events could not be loaded"
        error={error}
        stillWorks="They are kept. The other pages work."
        onRetry={() => void refetch()}
      />
    );
  }
  return (
    <Section
      title="What to look at"
      about="What is unusual about your account: sign-ins, sessions and keys. It is told here as soon as it happens."
    >
      {!events && <ThingsSkeleton count={3} />}
      {events && (
        <>
          <EventList
            events={events.edges.map(({ node }) => node)}
            arrived={arrived}
            onShow={show}
            busy={loading}
            empty="Nothing unusual so far. There is nothing to do."
            line={(event) => <OwnEvent key={event.id} event={event} />}
          />
          <Pager pages={pages} pageInfo={events.pageInfo} />
        </>
      )}
    </Section>
  );
}
