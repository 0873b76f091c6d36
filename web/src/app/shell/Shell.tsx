import { styled } from '@mui/material/styles';
import { lazy, Suspense, useCallback, useEffect, useState, type ReactNode } from 'react';
import { Outlet } from 'react-router';
import { assetPath } from '../../features/market/asset-path';
import { FeedBanner } from '../../features/market/feed/FeedBanner';
import { FeedChip } from '../../features/market/feed/FeedChip';
import {
  useFeedHealth,
  useFeedReport,
  useFollowFeed,
} from '../../features/market/feed/feed-health';
import { RateChip } from '../../features/settings/RateChip';
import { AccountButton } from '../../features/users/AccountButton';
import { NoticeGate } from '../../features/users/NoticeGate';
import { useAccountPreferences } from '../../features/users/preferences/useAccountPreferences';
import { ProofGate } from '../../features/users/ProofGate';
import { DetailsGate } from '../../features/whales/details/DetailsGate';
import { SignalsGate } from '../../features/whales/signals/SignalsGate';
import { IconAction } from '../../ui/controls';
import { MarkIcon, SearchIcon, SettingsIcon } from '../../ui/icons';
import { TEXT } from '../../ui/theme';
import { ConnectionAnnouncer } from './ConnectionAnnouncer';
import { NavigationBar, NavigationRail } from './Navigation';
import { useShortcuts } from './shortcuts';

/** The page waits this long for the feed's first report, in ms. */
const LONGEST_WAIT_MS = 300;

const Palette = lazy(() => import('../palette/Palette'));
const Settings = lazy(() => import('../../features/settings/Settings'));
const KeyList = lazy(() => import('./KeyList'));

const Frame = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    height: '100dvh',
    display: 'grid',
    gridTemplate:
      '"rail header" auto "rail banner" auto "rail main" minmax(0, 1fr) / auto minmax(0, 1fr)',
    '& > header': {
      gridArea: 'header',
      display: 'flex',
      alignItems: 'center',
      gap: 8,
      height: 48,
      paddingInline: 16,
      borderBottom: `1px solid ${palette.divider}`,
    },
    '& > .banner': { gridArea: 'banner' },
    '& > main': { gridArea: 'main', minHeight: 0, overflow: 'auto' },
    '& .brand': { display: 'none', color: palette.primary.main },
    '& .search': {
      display: 'inline-flex',
      alignItems: 'center',
      gap: 8,
      height: 32,
      width: 260,
      paddingInline: 10,
      font: 'inherit',
      fontSize: TEXT.body,
      color: palette.text.secondary,
      background: palette.background.paper,
      border: `1px solid ${palette.divider}`,
      borderRadius: 6,
      cursor: 'pointer',
    },
    '& .search kbd': { marginInlineStart: 'auto', font: 'inherit', fontSize: TEXT.small },
    '& .space': { flex: 1 },
    [theme.breakpoints.down('sm')]: {
      gridTemplate:
        '"header" auto "banner" auto "main" minmax(0, 1fr) "rail" auto / minmax(0, 1fr)',
      '& .brand': { display: 'grid' },
      '& .search': { display: 'none' },
    },
  };
});

/** True once `known`, or after a moment without an answer. */
function useSettled(known: boolean): boolean {
  const [waited, setWaited] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setWaited(true), LONGEST_WAIT_MS);
    return () => clearTimeout(timer);
  }, []);
  return known || waited;
}

/**
 * The page itself. It appears together with the banner, if there is one, so that the banner pushes
 * nothing aside; its figures are quiet while they are stale.
 */
function Main({ children }: { children: ReactNode }) {
  const settled = useSettled(useFeedReport() !== null);
  const { stale } = useFeedHealth();
  return (
    <main data-stale={stale} style={{ visibility: settled ? 'visible' : 'hidden' }}>
      {children}
    </main>
  );
}

type Overlay = 'search' | 'help' | null;

/** What surrounds every page: navigation, search, settings and the state of the feed. */
export function Shell() {
  useFollowFeed();
  useAccountPreferences();
  const [overlay, setOverlay] = useState<Overlay>(null);
  const [settingsAnchor, setSettingsAnchor] = useState<HTMLElement | null>(null);
  const search = useCallback(() => setOverlay('search'), []);
  const help = useCallback(() => setOverlay('help'), []);
  const close = useCallback(() => setOverlay(null), []);
  useShortcuts({ search, help });
  return (
    <Frame>
      <NavigationRail onHelp={help} />
      <header>
        <span className="brand">
          <MarkIcon width={26} height={26} />
        </span>
        <button type="button" className="search" onClick={search}>
          <SearchIcon width={16} height={16} />
          Search
          <kbd>/</kbd>
        </button>
        <span className="space" />
        <FeedChip />
        <RateChip onOpen={setSettingsAnchor} />
        <IconAction label="Settings" onClick={(event) => setSettingsAnchor(event.currentTarget)}>
          <SettingsIcon />
        </IconAction>
        <AccountButton />
      </header>
      <div className="banner">
        <FeedBanner />
      </div>
      <Main>
        <Outlet />
      </Main>
      <NavigationBar onSearch={search} />
      <ConnectionAnnouncer />
      <ProofGate />
      <NoticeGate />
      <SignalsGate />
      <DetailsGate toAsset={assetPath} />
      <Suspense>
        {overlay === 'search' && <Palette onClose={close} onHelp={help} />}
        {overlay === 'help' && <KeyList onClose={close} />}
        {settingsAnchor && (
          <Settings anchor={settingsAnchor} onClose={() => setSettingsAnchor(null)} />
        )}
      </Suspense>
    </Frame>
  );
}
