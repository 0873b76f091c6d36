import { useQuery } from '@apollo/client/react';
import Button from '@mui/material/Button';
import { Link } from 'react-router';
import { usePages } from '../../../ui/pages';
import { accountPlace, PLACES } from '../places';
import { ALL_SECURITY_EVENTS, type SecurityEvent } from '../security-events/documents';
import { EventLine } from '../security-events/EventList';
import { EventPages } from '../security-events/EventPages';
import { EVENT_WORDS } from '../security-events/event-words';
import { useArrived } from '../security-events/useArrived';
import { AccountName } from './AccountName';
import { auditParams } from './audit-view';

const PAGE_SIZE = 20;

function EventOfSomebody({ event }: { event: SecurityEvent }) {
  const { userId, address } = event;
  // What its owner is told to do is not for administrators; what is nobody's own is.
  const next = userId === null ? EVENT_WORDS[event.kind].next : undefined;
  const about = userId === null ? { address } : { subject: userId };
  return (
    <EventLine event={event} next={next}>
      {userId !== null && (
        <Button size="small" component={Link} to={accountPlace(userId)}>
          <AccountName id={userId} />
        </Button>
      )}
      <Button size="small" component={Link} to={`${PLACES.auditLog}?${auditParams(about)}`}>
        Audit log
      </Button>
    </EventLine>
  );
}

/** What there is to look at of all accounts, the newest first. */
export function AllSecurityEvents() {
  const pages = usePages();
  const arrival = useArrived(true);
  const { data, previousData, error, loading, refetch } = useQuery(ALL_SECURITY_EVENTS, {
    variables: { first: PAGE_SIZE, after: pages.after },
    fetchPolicy: 'no-cache',
  });
  return (
    <EventPages
      title="All accounts"
      about="What is unusual about somebody’s sign-ins, sessions and keys, and about addresses that try many."
      failure="The security events could not be loaded"
      page={(data ?? previousData)?.securityEvents}
      line={(event) => <EventOfSomebody key={event.id} event={event} />}
      {...{ pages, error, loading, refetch, ...arrival }}
    />
  );
}
