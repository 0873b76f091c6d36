import { useQuery } from '@apollo/client/react';
import Button from '@mui/material/Button';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { usePages } from '../../../ui/pages';
import { OWN_SECURITY_EVENTS, type SecurityEvent } from './documents';
import { EventLine } from './EventList';
import { EventPages } from './EventPages';
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
  const arrival = useArrived(false);
  const { data, previousData, error, loading, refetch } = useQuery(OWN_SECURITY_EVENTS, {
    variables: { first: PAGE_SIZE, after: pages.after },
    fetchPolicy: 'cache-and-network',
  });
  const me = (data ?? previousData)?.me;
  const newest = pages.after === null ? me?.securityEvents?.edges[0]?.node.id : undefined;
  useEffect(() => {
    if (me && newest !== undefined) markSeen(me.id, newest);
  }, [me, newest]);
  return (
    <EventPages
      title="What to look at"
      about="What is unusual about your account: sign-ins, sessions and keys. It is told here as soon as it happens."
      failure="Your security events could not be loaded"
      page={me?.securityEvents ?? undefined}
      line={(event) => <OwnEvent key={event.id} event={event} />}
      {...{ pages, error, loading, refetch, ...arrival }}
    />
  );
}
