import { useFragment } from '@apollo/client/react';
import { styled } from '@mui/material/styles';
import { graphql } from '../../../generated/gql';
import { Amount } from '../../../ui/figures';
import { Figure, FigureList } from '../../../ui/FigureList';
import { TEXT } from '../../../ui/theme';
import { useFormats } from '../../../ui/useFormats';
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
  const formats = useFormats();
  const price = (text: string | null | undefined) =>
    text === undefined ? undefined : formats.price(text, data.priceDecimals);
  const amount = (text: string | null | undefined, unit: string) =>
    text === undefined ? undefined : <Amount text={text} unit={unit} />;
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
        <Figure name="Open" explanation="Price 24 hours ago in USD">
          {price(data.open24h)}
        </Figure>
        <Figure name="24h volume" explanation="Traded value of the last 24 hours in USD">
          {amount(data.volume24h, 'USD')}
        </Figure>
        <Figure name="Market cap" explanation="Price times circulating supply in USD">
          {amount(data.marketCap, 'USD')}
        </Figure>
        <Figure name="In circulation" explanation="Units in circulation">
          {amount(supply.circulatingSupply, symbol)}
        </Figure>
        <Figure name="Most ever" explanation="Most units that can ever exist">
          {amount(supply.maxSupply, symbol)}
        </Figure>
      </FigureList>
    </>
  );
}
