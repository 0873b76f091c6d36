import { styled } from '@mui/material/styles';
import { lazy, Suspense, useState } from 'react';
import { Link, useLocation } from 'react-router';
import { TEXT } from '../../ui/theme';
import { PLACES, signInFor } from './places';
import { useHasUnseen } from './security-events/seen';
import { useSessionState } from './session/session-context';
import { useMe } from './useMe';

const AccountMenu = lazy(() => import('./AccountMenu'));

const SignInLink = styled(Link)(({ theme }) => {
  const { palette } = theme.vars;
  return {
    display: 'inline-flex',
    alignItems: 'center',
    height: 32,
    paddingInline: 12,
    fontSize: TEXT.body,
    fontWeight: 500,
    whiteSpace: 'nowrap',
    textDecoration: 'none',
    color: palette.primary.main,
    border: `1px solid ${palette.divider}`,
    borderRadius: 6,
    '&:hover': { background: palette.background.paper },
  };
});

const Badge = styled('button')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    display: 'inline-grid',
    placeItems: 'center',
    flex: 'none',
    width: 32,
    height: 32,
    padding: 0,
    font: 'inherit',
    fontSize: TEXT.body,
    fontWeight: 600,
    color: palette.text.primary,
    background: palette.surface.high,
    border: `1px solid ${palette.divider}`,
    borderRadius: '50%',
    cursor: 'pointer',
    '&:hover, &[aria-expanded="true"]': { borderColor: palette.primary.main },
    '&[data-unseen="true"]': { position: 'relative' },
    '&[data-unseen="true"]::after': {
      content: '""',
      position: 'absolute',
      insetBlockStart: -2,
      insetInlineEnd: -2,
      width: 10,
      height: 10,
      background: palette.warning.main,
      border: `2px solid ${palette.background.default}`,
      borderRadius: '50%',
    },
  };
});

const initialOf = (name: string | undefined) => [...(name ?? '')][0]?.toUpperCase() ?? '';

/** Leads to signing in, or opens the menu of whoever is signed in. */
export function AccountButton() {
  const { status } = useSessionState();
  const { pathname, search } = useLocation();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const me = useMe();
  const hasUnseen = useHasUnseen();
  if (status === 'anonymous') {
    const back = pathname === PLACES.signIn ? '/' : pathname + search;
    return <SignInLink to={signInFor(back)}>Sign in</SignInLink>;
  }
  return (
    <>
      <Badge
        type="button"
        aria-label={
          (me ? `Account of ${me.displayName}` : 'Account') +
          (hasUnseen ? ', with a new security event' : '')
        }
        data-unseen={hasUnseen}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        disabled={status === 'restoring'}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {initialOf(me?.displayName)}
      </Badge>
      <Suspense>
        {anchor && <AccountMenu anchor={anchor} onClose={() => setAnchor(null)} />}
      </Suspense>
    </>
  );
}
