import { useApolloClient, useSubscription } from '@apollo/client/react';
import { useCallback, useState } from 'react';
import { Link } from 'react-router';
import { useReconnected } from '../../../ui/connection';
import { Toast } from '../../../ui/Toast';
import { PLACES } from '../places';
import { NEWEST_SECURITY_EVENT, SECURITY_EVENT_RAISED, type SecurityEvent } from './documents';
import { EVENT_WORDS } from './event-words';

interface SecurityNoticesProps {
  userId: string;
  /** Administrators are told what is nobody's own, too. */
  isAdmin: boolean;
}

/** Tells whoever is signed in what they should look at, as soon as it is raised, until they have closed it. */
export default function SecurityNotices({ userId, isAdmin }: SecurityNoticesProps) {
  const client = useApolloClient();
  const [shown, setShown] = useState<SecurityEvent>();
  const askAnew = useCallback(() => {
    void client.refetchQueries({ include: [NEWEST_SECURITY_EVENT] });
  }, [client]);
  useReconnected(askAnew);
  useSubscription(SECURITY_EVENT_RAISED, {
    variables: { all: isAdmin },
    ignoreResults: true,
    onData: ({ data: { data } }) => {
      const event = data?.securityEvent;
      if (!event || (event.userId !== null && event.userId !== userId)) return;
      setShown(event);
      askAnew();
    },
  });
  if (!shown) return null;
  const { title } = EVENT_WORDS[shown.kind];
  const close = () => setShown(undefined);
  return (
    <Toast tone="warning" onClose={close}>
      <strong>{title}</strong>: {[shown.device, shown.address].filter(Boolean).join(', ')}.{' '}
      <Link to={shown.userId === null ? PLACES.allEvents : PLACES.ownEvents} onClick={close}>
        Look at it
      </Link>
    </Toast>
  );
}
