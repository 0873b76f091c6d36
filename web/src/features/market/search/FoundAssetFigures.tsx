import { useFragment } from '@apollo/client/react';
import { graphql } from '../../../generated/gql';
import { Change } from '../../../ui/figures';
import { useMoney } from '../../../ui/useMoney';
import { assetRef } from '../asset-ref';

const FOUND = graphql(`
  fragment FoundAsset_asset on Asset {
    symbol
    price
    priceDecimals
    change24h
  }
`);

/** Price and 24 h change of an asset in a list of finds. */
export function FoundAssetFigures({ symbol }: { symbol: string }) {
  const { data } = useFragment({ fragment: FOUND, from: assetRef(symbol) });
  const money = useMoney();
  return (
    <>
      <span className="number">{money.price(data.price ?? null, data.priceDecimals)}</span>
      <Change value={data.change24h ?? null} />
    </>
  );
}
