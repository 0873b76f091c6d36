import { useFragment } from '@apollo/client/react';
import Skeleton from '@mui/material/Skeleton';
import { styled } from '@mui/material/styles';
import { graphql } from '../../../generated/gql';
import { Change } from '../../../ui/figures';
import { TEXT } from '../../../ui/theme';
import { useFlash } from '../../../ui/useFlash';
import { useMoney } from '../../../ui/useMoney';
import { assetRef } from '../asset-ref';
import { StarButton } from '../StarButton';
import { useStarred, useWatchlists } from '../watchlists';

const NAMES = graphql(`
  fragment AssetNames_asset on Asset {
    symbol
    name
    rank
    pair
  }
`);

const PRICE = graphql(`
  fragment AssetPrice_asset on Asset {
    symbol
    price
    priceDecimals
    change24h
  }
`);

const Head = styled('header')(({ theme }) => ({
  display: 'flex',
  alignItems: 'center',
  flexWrap: 'wrap',
  gap: '4px 16px',
  minHeight: 64,
  padding: '8px 16px',
  borderBottom: `1px solid ${theme.vars.palette.divider}`,
  '& .names': { display: 'flex', alignItems: 'center', gap: 8, minHeight: 32 },
  '& h1': { margin: 0, fontSize: TEXT.title, fontWeight: 600 },
  '& .price': {
    fontSize: TEXT.figure,
    fontWeight: 600,
    lineHeight: 1.2,
    borderRadius: 4,
    padding: '2px 6px',
    minWidth: 150,
  },
  '& .prices': { display: 'flex', alignItems: 'baseline', gap: 8 },
  [theme.breakpoints.down('sm')]: { '& .prices': { width: '100%' } },
}));

function LivePrice({ symbol }: { symbol: string }) {
  const { data } = useFragment({ fragment: PRICE, from: assetRef(symbol) });
  const money = useMoney();
  const price = data.price ?? null;
  const flash = useFlash<HTMLSpanElement>(price);
  const text = money.price(price, data.priceDecimals);
  return (
    <div className="prices">
      {price !== null && <title>{`${text} ${symbol} · Spyhop`}</title>}
      <span ref={flash} className="number price" title={`Last traded price in ${money.currency}`}>
        {data.price === undefined ? <Skeleton width={140} /> : text}
      </span>
      <Change value={data.change24h ?? null} />
      <span className="quiet">24h</span>
    </div>
  );
}

/** Name, star and live price of an asset; also the title of the window. */
export function AssetHeader({ symbol }: { symbol: string }) {
  const { data } = useFragment({ fragment: NAMES, from: assetRef(symbol) });
  const starred = useStarred().has(symbol);
  const { toggle } = useWatchlists();
  return (
    <Head>
      <div className="names">
        <StarButton symbol={symbol} starred={starred} onToggle={toggle} />
        <h1>
          {data.name ?? <Skeleton width={90} sx={{ display: 'inline-block' }} />}{' '}
          <span className="quiet">{symbol}</span>
        </h1>
        {data.rank != null && (
          <span className="quiet number" title="Rank by market capitalisation">
            #{data.rank}
          </span>
        )}
      </div>
      <LivePrice symbol={symbol} />
    </Head>
  );
}
