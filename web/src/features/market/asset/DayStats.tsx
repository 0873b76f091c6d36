import { useFragment } from '@apollo/client/react';
import { styled } from '@mui/material/styles';
import { graphql } from '../../../generated/gql';
import { Amount, Worth } from '../../../ui/figures';
import { Figure, FigureList } from '../../../ui/FigureList';
import { TEXT } from '../../../ui/theme';
import { useMoney } from '../../../ui/useMoney';
import { assetRef } from '../asset-ref';
import { placeInRange } from './place-in-range';

const STATS = graphql(`
  fragment DayStats_asset on Asset {
    symbol
    price
    priceDecimals
    low24h
    high24h
    open24h
    volume24h
    marketCap
  }
`);

const SUPPLY = graphql(`
  fragment Supply_asset on Asset {
    symbol
    circulatingSupply
    maxSupply
  }
`);

const Range = styled('div')(({ theme }) => ({
  fontSize: TEXT.small,
  marginBottom: 8,
  '& .ends': { display: 'flex', justifyContent: 'space-between' },
  '& .track': {
    position: 'relative',
    height: 4,
    margin: '6px 0',
    borderRadius: 2,
    background: theme.vars.palette.surface.high,
  },
  '& .mark': {
    position: 'absolute',
    top: -3,
    width: 3,
    height: 10,
    borderRadius: 1,
    background: theme.vars.palette.primary.main,
  },
}));

/** The figures of the last 24 hours; each is undefined until it has loaded. */
export function DayStats({ symbol }: { symbol: string }) {
  const { data } = useFragment({ fragment: STATS, from: assetRef(symbol) });
  const { data: supply } = useFragment({ fragment: SUPPLY, from: assetRef(symbol) });
  const money = useMoney();
  const price = (text: string | null | undefined) =>
    text === undefined ? undefined : money.price(text, data.priceDecimals);
  const worth = (dollars: string | null | undefined) =>
    dollars === undefined ? undefined : <Worth dollars={dollars} />;
  const units = (text: string | null | undefined) =>
    text === undefined ? undefined : <Amount text={text} unit={symbol} />;
  const place = placeInRange(data.price, data.low24h, data.high24h);
  return (
    <>
      <Range title="Where the price stands between the lowest and the highest of 24 hours">
        <div className="ends number">
          <span>
            <span className="quiet">Low</span> {price(data.low24h)}
          </span>
          <span>
            <span className="quiet">High</span> {price(data.high24h)}
          </span>
        </div>
        <div className="track">
          {place !== null && <div className="mark" style={{ left: `${place * 100}%` }} />}
        </div>
      </Range>
      <FigureList>
        <Figure name="Open" explanation={`Price 24 hours ago in ${money.currency}`}>
          {price(data.open24h)}
        </Figure>
        <Figure
          name="24h volume"
          explanation={`Traded value of the last 24 hours in ${money.currency}`}
        >
          {worth(data.volume24h)}
        </Figure>
        <Figure
          name="Market cap"
          explanation={`Price times circulating supply in ${money.currency}`}
        >
          {worth(data.marketCap)}
        </Figure>
        <Figure name="In circulation" explanation="Units in circulation">
          {units(supply.circulatingSupply)}
        </Figure>
        <Figure name="Most ever" explanation="Most units that can ever exist">
          {units(supply.maxSupply)}
        </Figure>
      </FigureList>
    </>
  );
}
