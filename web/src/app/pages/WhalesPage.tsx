import { styled } from '@mui/material/styles';
import { assetPath } from '../../features/market/asset-path';
import { WhaleFeed } from '../../features/whales/feed/WhaleFeed';
import { WhaleNotice } from '../../features/whales/WhaleNotice';
import { WhalesToolbar } from '../../features/whales/feed/WhalesToolbar';
import { useWhalesView } from '../../features/whales/feed/useWhalesView';
import { SignalsButton } from '../../features/whales/signals/SignalsButton';

const Layout = styled('div')(() => ({
  height: '100%',
  display: 'grid',
  gridTemplateRows: 'auto auto minmax(240px, 1fr)',
  gridTemplateColumns: 'minmax(0, 1fr)',
  '& > :last-child': { gridRow: 3 },
}));

/** What large holders move, live. */
export default function WhalesPage() {
  const [view, setView] = useWhalesView();
  return (
    <Layout>
      <title>Whales · Spyhop</title>
      <h1 className="visually-hidden">Whales</h1>
      <div>
        <WhaleNotice />
      </div>
      <WhalesToolbar view={view} onView={setView}>
        <SignalsButton />
      </WhalesToolbar>
      <WhaleFeed key={JSON.stringify(view)} view={view} onView={setView} toAsset={assetPath} />
    </Layout>
  );
}
