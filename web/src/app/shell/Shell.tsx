import { styled } from '@mui/material/styles';
import { Outlet } from 'react-router';
import { FeedBanner } from '../../features/market/feed/FeedBanner';
import { FeedChip } from '../../features/market/feed/FeedChip';
import { useFollowFeed } from '../../features/market/feed/feed-health';

const Frame = styled('div')(() => ({
  height: '100dvh',
  display: 'grid',
  gridTemplateRows: 'auto auto minmax(0, 1fr)',
}));

/** What surrounds every page. */
export function Shell() {
  useFollowFeed();
  return (
    <Frame>
      <header>
        <FeedChip />
      </header>
      <FeedBanner />
      <main>
        <Outlet />
      </main>
    </Frame>
  );
}
