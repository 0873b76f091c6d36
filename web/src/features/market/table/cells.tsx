import { useFragment } from '@apollo/client/react';
import { Sparkline } from '../../../charts/Sparkline';
import { graphql } from '../../../generated/gql';
import { Change, Worth } from '../../../ui/figures';
import { useFlash } from '../../../ui/useFlash';
import { useMoney } from '../../../ui/useMoney';
import { assetRef } from '../asset-ref';

const PRICE = graphql(`
  fragment PriceCell_asset on Asset {
    symbol
    price
    priceDecimals
  }
`);

const CHANGE_1H = graphql(`
  fragment Change1hCell_asset on Asset {
    symbol
    change1h
  }
`);

const CHANGE_24H = graphql(`
  fragment Change24hCell_asset on Asset {
    symbol
    change24h
  }
`);

const CHANGE_7D = graphql(`
  fragment Change7dCell_asset on Asset {
    symbol
    change7d
  }
`);

const VOLUME = graphql(`
  fragment VolumeCell_asset on Asset {
    symbol
    volume24h
  }
`);

const MARKET_CAP = graphql(`
  fragment MarketCapCell_asset on Asset {
    symbol
    marketCap
  }
`);

const SPARKLINE = graphql(`
  fragment SparklineCell_asset on Asset {
    symbol
    sparkline7d
  }
`);

/** A live cell reads its own field of its asset from the cache, so that a tick renders it alone. */
interface CellProps {
  symbol: string;
}

/** The last price, aligned on the decimal point; flashes when it moves. */
export function PriceCell({ symbol }: CellProps) {
  const { data } = useFragment({ fragment: PRICE, from: assetRef(symbol) });
  const price = data.price ?? null;
  const flash = useFlash<HTMLSpanElement>(price);
  const { whole, fraction, full } = useMoney().splitPrice(price, data.priceDecimals);
  return (
    <span ref={flash} className="number price" title={full}>
      {whole}
      <span className="fraction">{fraction}</span>
    </span>
  );
}

export function Change1hCell({ symbol }: CellProps) {
  const { data } = useFragment({ fragment: CHANGE_1H, from: assetRef(symbol) });
  return <Change value={data.change1h ?? null} />;
}

export function Change24hCell({ symbol }: CellProps) {
  const { data } = useFragment({ fragment: CHANGE_24H, from: assetRef(symbol) });
  return <Change value={data.change24h ?? null} />;
}

export function Change7dCell({ symbol }: CellProps) {
  const { data } = useFragment({ fragment: CHANGE_7D, from: assetRef(symbol) });
  return <Change value={data.change7d ?? null} />;
}

export function VolumeCell({ symbol }: CellProps) {
  const { data } = useFragment({ fragment: VOLUME, from: assetRef(symbol) });
  return <Worth dollars={data.volume24h ?? null} />;
}

export function MarketCapCell({ symbol }: CellProps) {
  const { data } = useFragment({ fragment: MARKET_CAP, from: assetRef(symbol) });
  return <Worth dollars={data.marketCap ?? null} />;
}

/** The last 7 days as a line; stays blank until the history has loaded. */
export function SparklineCell({ symbol }: CellProps) {
  const { data } = useFragment({ fragment: SPARKLINE, from: assetRef(symbol) });
  return <Sparkline values={data.sparkline7d} width={112} height={24} />;
}
