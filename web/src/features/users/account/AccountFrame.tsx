import { styled } from '@mui/material/styles';
import { Suspense, type ReactNode } from 'react';
import { Link, Navigate, useLocation, useNavigate } from 'react-router';
import { Choice } from '../../../ui/controls';
import { ThingsSkeleton } from '../../../ui/sections';
import { TEXT } from '../../../ui/theme';
import { PLACES, signInFor } from '../places';
import { useSessionState } from '../session/session-context';
import { ACCOUNT_PAGES, ADMIN_PAGES } from './account-pages';

const Frame = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    display: 'grid',
    gridTemplateColumns: '184px minmax(0, 1fr)',
    minHeight: '100%',
    '& > nav': { padding: '20px 8px', borderInlineEnd: `1px solid ${palette.divider}` },
    '& > nav > .list': { display: 'flex', flexDirection: 'column', gap: 2 },
    '& > nav > select': { display: 'none', width: '100%' },
    '& > nav a': {
      padding: '7px 12px',
      fontSize: TEXT.body,
      whiteSpace: 'nowrap',
      textDecoration: 'none',
      color: palette.text.secondary,
      borderRadius: 6,
    },
    '& > nav a:hover': { color: palette.text.primary, background: palette.background.paper },
    '& > nav [aria-current="page"]': {
      color: palette.text.primary,
      background: palette.surface.high,
    },
    '& > nav .group': {
      padding: '16px 12px 4px',
      fontSize: TEXT.small,
      color: palette.text.secondary,
    },
    '& > .page': { padding: '20px 32px 48px', minWidth: 0 },
    '& > .page > h1': { margin: '0 0 20px', fontSize: TEXT.figure, fontWeight: 600 },
    [theme.breakpoints.down('md')]: {
      gridTemplateColumns: 'minmax(0, 1fr)',
      gridTemplateRows: 'auto 1fr',
      '& > nav': {
        padding: '8px 16px',
        borderInlineEnd: 0,
        borderBottom: `1px solid ${palette.divider}`,
      },
      '& > nav > .list': { display: 'none' },
      '& > nav > select': { display: 'block', height: 40 },
      '& > .page': { padding: '16px 16px 40px' },
    },
  };
});

/** Whether a page is shown, or one that lies behind it. */
const isHere = (path: string, pathname: string): boolean =>
  path === pathname || (path !== PLACES.account && pathname.startsWith(`${path}/`));

function Places({ pages }: { pages: typeof ACCOUNT_PAGES }) {
  const { pathname } = useLocation();
  return pages.map(({ path, title }) => (
    <Link key={path} to={path} aria-current={isHere(path, pathname) ? 'page' : undefined}>
      {title}
    </Link>
  ));
}

/** All places in one control, where there is no room for a list of them. */
function PlaceChoice({ pages }: { pages: typeof ACCOUNT_PAGES }) {
  const { pathname } = useLocation();
  const go = useNavigate();
  return (
    <Choice
      label="Page of the account"
      value={pages.find(({ path }) => isHere(path, pathname))?.path ?? PLACES.account}
      choices={pages.map(({ path, title }) => ({ value: path, label: title }))}
      onChange={(path) => void go(path)}
    />
  );
}

interface AccountFrameProps {
  title: string;
  children: ReactNode;
}

/** What surrounds the pages of an account; whoever is not signed in is led there first. */
export function AccountFrame({ title, children }: AccountFrameProps) {
  const state = useSessionState();
  const { pathname, search } = useLocation();
  if (state.status === 'anonymous') return <Navigate to={signInFor(pathname + search)} replace />;
  const isAdmin = state.status === 'signed-in' && state.roles.includes('ADMIN');
  return (
    <Frame>
      <title>{`${title} · Spyhop`}</title>
      <nav aria-label="Account">
        <div className="list">
          <Places pages={ACCOUNT_PAGES} />
          {isAdmin && (
            <>
              <span className="group">Administration</span>
              <Places pages={ADMIN_PAGES} />
            </>
          )}
        </div>
        <PlaceChoice pages={isAdmin ? [...ACCOUNT_PAGES, ...ADMIN_PAGES] : ACCOUNT_PAGES} />
      </nav>
      <div className="page">
        <h1>{title}</h1>
        {state.status === 'restoring' ? (
          <ThingsSkeleton count={3} />
        ) : (
          <Suspense fallback={<ThingsSkeleton count={3} />}>{children}</Suspense>
        )}
      </div>
    </Frame>
  );
}
