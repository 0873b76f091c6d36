import { useApolloClient, useSubscription } from '@apollo/client/react';
import Button from '@mui/material/Button';
import Snackbar from '@mui/material/Snackbar';
import { styled } from '@mui/material/styles';
import { useCallback, useState } from 'react';
import { Link } from 'react-router';
import { useReconnected } from '../../../ui/connection';
import { IconAction } from '../../../ui/controls';
import { CloseIcon, WarningIcon } from '../../../ui/icons';
import { TEXT } from '../../../ui/theme';
import { PLACES } from '../places';
import { NEWEST_SECURITY_EVENT, SECURITY_EVENT_RAISED, type SecurityEvent } from './documents';
import { EVENT_WORDS } from './event-words';

const Sheet = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    display: 'flex',
    alignItems: 'center',
    gap: 12,
    maxWidth: 440,
    padding: '8px 8px 8px 14px',
    fontSize: TEXT.body,
    color: palette.text.primary,
    background: palette.surface.warning,
    border: `1px solid ${palette.warning.main}`,
    borderRadius: 6,
    '& > svg': { flex: 'none', color: palette.warning.main },
    '& .what': { display: 'grid', flex: 1, gap: 2, minWidth: 0 },
    '& .what span': { fontSize: TEXT.small, color: palette.text.secondary },
  };
});

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
    <Snackbar
      key={shown.id}
      open
      onClose={(_, reason) => {
        if (reason !== 'clickaway') close();
      }}
      transitionDuration={0}
      anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
      sx={{ mb: { xs: 7, sm: 0 } }}
    >
      <Sheet role="alert">
        <WarningIcon />
        <div className="what">
          <strong>{title}</strong>
          <span>{[shown.device, shown.address].filter(Boolean).join(' · ')}</span>
        </div>
        <Button
          size="small"
          component={Link}
          to={shown.userId === null ? PLACES.allEvents : PLACES.ownEvents}
          onClick={close}
        >
          Look at it
        </Button>
        <IconAction label="Close the notice" onClick={close}>
          <CloseIcon />
        </IconAction>
      </Sheet>
    </Snackbar>
  );
}
