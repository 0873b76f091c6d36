import { styled } from '@mui/material/styles';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'react-router';
import {
  ApiIcon,
  KeyboardIcon,
  MarketsIcon,
  MarkIcon,
  SearchIcon,
  StarIcon,
  WhaleIcon,
} from '../../ui/icons';
import { TEXT } from '../../ui/theme';

const RAIL_WIDTH = 64;

const itemLook = {
  display: 'grid',
  justifyItems: 'center',
  alignContent: 'center',
  gap: 2,
  font: 'inherit',
  fontSize: TEXT.small,
  textDecoration: 'none',
  background: 'none',
  border: 0,
  cursor: 'pointer',
} as const;

const Rail = styled('nav')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    gridArea: 'rail',
    width: RAIL_WIDTH,
    display: 'flex',
    flexDirection: 'column',
    gap: 4,
    padding: '8px 4px',
    borderInlineEnd: `1px solid ${palette.divider}`,
    '& .brand': { ...itemLook, height: 40, marginBottom: 8, color: palette.primary.main },
    '& .item': { ...itemLook, height: 52, borderRadius: 6, color: palette.text.secondary },
    '& .item:hover': { color: palette.text.primary, background: palette.background.paper },
    '& [aria-current="page"]': { color: palette.text.primary, background: palette.surface.high },
    '& .end': { marginTop: 'auto' },
    [theme.breakpoints.down('sm')]: { display: 'none' },
  };
});

const BottomBar = styled('nav')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    gridArea: 'rail',
    display: 'none',
    borderTop: `1px solid ${palette.divider}`,
    background: palette.background.paper,
    paddingBottom: 'env(safe-area-inset-bottom)',
    '& .item': { ...itemLook, flex: 1, height: 56, color: palette.text.secondary },
    '& [aria-current="page"]': { color: palette.primary.main },
    [theme.breakpoints.down('sm')]: { display: 'flex' },
  };
});

/** Where the watchlist is shown. */
export const WATCHLIST_PATH = '/?list=watchlist';

function Place({ to, here, children }: { to: string; here: boolean; children: ReactNode }) {
  return (
    <Link className="item" to={to} aria-current={here ? 'page' : undefined}>
      {children}
    </Link>
  );
}

function Places() {
  const { pathname, search } = useLocation();
  const watchlist = pathname === '/' && new URLSearchParams(search).has('list');
  return (
    <>
      <Place to="/" here={pathname === '/' && !watchlist}>
        <MarketsIcon />
        Markets
      </Place>
      <Place to={WATCHLIST_PATH} here={watchlist}>
        <StarIcon />
        Watchlist
      </Place>
      <Place to="/whales" here={/^\/(whales|wallet)(\/|$)/.test(pathname)}>
        <WhaleIcon />
        Whales
      </Place>
    </>
  );
}

interface NavigationProps {
  onSearch: () => void;
  onHelp: () => void;
}

/** The slim rail of wide screens. */
export function NavigationRail({ onHelp }: Pick<NavigationProps, 'onHelp'>) {
  return (
    <Rail aria-label="Pages">
      <Link className="brand" to="/" aria-label="Spyhop, to the markets">
        <MarkIcon width={26} height={26} />
      </Link>
      <Places />
      <a className="item" href="/graphql" target="_blank" rel="noreferrer">
        <ApiIcon />
        API
      </a>
      <button type="button" className="item end" onClick={onHelp}>
        <KeyboardIcon />
        Keys
      </button>
    </Rail>
  );
}

/** The bar at the thumb on phones. */
export function NavigationBar({ onSearch }: Pick<NavigationProps, 'onSearch'>) {
  return (
    <BottomBar aria-label="Pages">
      <Places />
      <button type="button" className="item" onClick={onSearch}>
        <SearchIcon />
        Search
      </button>
    </BottomBar>
  );
}
