import { registerEnumType } from 'type-graphql';

// In the schema an enum's values bear the keys; inside, the right-hand sides are used.

export enum CandleInterval {
  M1 = '1m',
  M5 = '5m',
  M15 = '15m',
  H1 = '1h',
  H4 = '4h',
  D1 = '1d',
}
registerEnumType(CandleInterval, {
  name: 'CandleInterval',
  description: 'Length of a candle; candles are aligned to UTC.',
  valuesConfig: {
    M1: { description: '1 minute.' },
    M5: { description: '5 minutes.' },
    M15: { description: '15 minutes.' },
    H1: { description: '1 hour.' },
    H4: { description: '4 hours, from 00:00 UTC.' },
    D1: { description: '1 day, from 00:00 UTC.' },
  },
});

export enum AssetSortField {
  RANK = 'RANK',
  NAME = 'NAME',
  PRICE = 'PRICE',
  CHANGE_1H = 'CHANGE_1H',
  CHANGE_24H = 'CHANGE_24H',
  CHANGE_7D = 'CHANGE_7D',
  VOLUME_24H = 'VOLUME_24H',
  MARKET_CAP = 'MARKET_CAP',
}
registerEnumType(AssetSortField, {
  name: 'AssetSortField',
  description:
    'What a list of assets is ordered by; unknown values come last, equal ones by symbol.',
  valuesConfig: {
    RANK: { description: 'Rank by market capitalisation.' },
    NAME: { description: 'Name, regardless of case.' },
    PRICE: { description: 'Last traded price in USD.' },
    CHANGE_1H: { description: 'Price change over the last hour in percent.' },
    CHANGE_24H: { description: 'Price change over the last 24 hours in percent.' },
    CHANGE_7D: { description: 'Price change over the last 7 days in percent.' },
    VOLUME_24H: { description: 'Traded value of the last 24 hours in USD.' },
    MARKET_CAP: { description: 'Market capitalisation in USD.' },
  },
});

export enum SortDirection {
  ASC = 'ASC',
  DESC = 'DESC',
}
registerEnumType(SortDirection, {
  name: 'SortDirection',
  description: 'Which end of an order comes first.',
  valuesConfig: {
    ASC: { description: 'Smallest first, A to Z.' },
    DESC: { description: 'Largest first, Z to A.' },
  },
});

export enum Aggressor {
  BUY = 'BUY',
  SELL = 'SELL',
}
registerEnumType(Aggressor, {
  name: 'Aggressor',
  description: 'The side that took liquidity.',
  valuesConfig: {
    BUY: { description: 'A buyer met a resting offer.' },
    SELL: { description: 'A seller met a resting bid.' },
  },
});

export enum MoversWindow {
  H1 = '1h',
  H24 = '24h',
  D7 = '7d',
}
registerEnumType(MoversWindow, {
  name: 'MoversWindow',
  description: 'How far back a price change looks.',
  valuesConfig: {
    H1: { description: 'The last hour.' },
    H24: { description: 'The last 24 hours.' },
    D7: { description: 'The last 7 days.' },
  },
});

export enum FeedSource {
  LIVE = 'LIVE',
  REPLAY = 'REPLAY',
  SIMULATED = 'SIMULATED',
}
registerEnumType(FeedSource, {
  name: 'FeedSource',
  description: 'Where the shown data comes from.',
  valuesConfig: {
    LIVE: { description: 'The exchange, now.' },
    REPLAY: { description: 'A recording of the exchange.' },
    SIMULATED: { description: 'A simulation: no real prices.' },
  },
});

export enum ExchangeRateSource {
  LIVE = 'LIVE',
  SIMULATED = 'SIMULATED',
}
registerEnumType(ExchangeRateSource, {
  name: 'ExchangeRateSource',
  description: 'Where exchange rates come from.',
  valuesConfig: {
    LIVE: { description: 'CoinGecko, as asked at the time that is told with the rates.' },
    SIMULATED: { description: 'A table of about what currencies were worth on one day.' },
  },
});

export enum FeedState {
  STARTING = 'STARTING',
  RUNNING = 'RUNNING',
  STALE = 'STALE',
  RECONNECTING = 'RECONNECTING',
  ENDED = 'ENDED',
}
registerEnumType(FeedState, {
  name: 'FeedState',
  description: 'How the feed is doing.',
  valuesConfig: {
    STARTING: { description: 'No tick has arrived yet.' },
    RUNNING: { description: 'Ticks arrive.' },
    STALE: { description: 'No tick for longer than the stale limit.' },
    RECONNECTING: { description: 'The feed process lost its source and is reconnecting.' },
    ENDED: { description: 'A replay reached its end.' },
  },
});
