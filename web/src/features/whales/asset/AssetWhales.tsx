import { styled } from '@mui/material/styles';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { TEXT } from '../../../ui/theme';
import type { AssetPath } from '../feed/WhaleRow';
import { WhaleFeed } from '../feed/WhaleFeed';
import { EVERY_WHALE } from '../feed/view';
import { WhaleNotice } from '../WhaleNotice';
import { WhaleActivity } from './WhaleActivity';

const Frame = styled('section')(({ theme }) => ({
  display: 'grid',
  gridTemplateRows: 'auto minmax(160px, 1fr) auto',
  minHeight: 0,
  '& .figures': { padding: '4px 16px 8px' },
  '& .all': { padding: '10px 16px', fontSize: TEXT.small, color: theme.vars.palette.primary.main },
}));

/** The large transactions of one asset, live. */
export default function AssetWhales({ symbol, toAsset }: { symbol: string; toAsset: AssetPath }) {
  const view = useMemo(() => ({ ...EVERY_WHALE, assets: [symbol] }), [symbol]);
  return (
    <Frame aria-label={`Whales of ${symbol}`}>
      <div>
        <WhaleNotice />
        <div className="figures">
          <WhaleActivity symbol={symbol} />
        </div>
      </div>
      <WhaleFeed
        view={view}
        narrow
        empty={`Nothing large of ${symbol} has moved yet. What moves appears here by itself.`}
        toAsset={toAsset}
      />
      <Link className="all" to={`/whales?asset=${encodeURIComponent(symbol)}`}>
        All whales of {symbol}
      </Link>
    </Frame>
  );
}
