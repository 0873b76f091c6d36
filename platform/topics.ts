import { z } from 'zod';
import { durable, live } from './topic';

/** Every event of the product that crosses a process border, defined once. */

const decimalText = z.string().regex(/^-?\d+(\.\d+)?$/, 'a plain decimal number');
const epochMs = z.number().int();

export const CANDLE_INTERVALS = ['1m', '5m', '15m', '1h', '4h', '1d'] as const;
export type CandleInterval = (typeof CANDLE_INTERVALS)[number];

export const PriceTick = z.object({
  symbol: z.string(),
  /** Last traded price in USD. */
  price: decimalText,
  /** Market time of the trade, epoch ms. */
  time: epochMs,
  /** When the feed received it, epoch ms. */
  receivedAt: epochMs,
});
export type PriceTick = z.infer<typeof PriceTick>;

export const CandleEvent = z.object({
  symbol: z.string(),
  interval: z.enum(CANDLE_INTERVALS),
  /** Epoch ms, aligned to the interval in UTC. */
  openTime: epochMs,
  open: decimalText,
  high: decimalText,
  low: decimalText,
  close: decimalText,
  /** In units of the asset. */
  volume: decimalText,
  /** In USD; null where the source did not say. */
  quoteVolume: decimalText.nullable(),
  /** Number of trades; null where the source did not say. */
  trades: z.number().int().nullable(),
  closed: z.boolean(),
});
export type CandleEvent = z.infer<typeof CandleEvent>;

export const TradeEvent = z.object({
  symbol: z.string(),
  id: z.string(),
  price: decimalText,
  quantity: decimalText,
  time: epochMs,
  aggressor: z.enum(['BUY', 'SELL']),
});
export type TradeEvent = z.infer<typeof TradeEvent>;

/** Where data come from; what is real never stands beside what is made up. */
export const FEED_KINDS = ['LIVE', 'REPLAY', 'SIMULATED'] as const;
export type FeedKind = (typeof FEED_KINDS)[number];

export const FeedStatusEvent = z.object({
  source: z.enum(FEED_KINDS),
  state: z.enum(['STARTING', 'RUNNING', 'STALE', 'RECONNECTING', 'ENDED']),
  /** Arrival of the newest tick, epoch ms. */
  newestTickAt: epochMs.nullable(),
  /** Market time of the newest tick, epoch ms. */
  marketTime: epochMs.nullable(),
  symbols: z.number().int(),
  message: z.string(),
});
export type FeedStatusEvent = z.infer<typeof FeedStatusEvent>;

/**
 * When the dataset that a symbol's candles belong to began, epoch ms. Candles of two datasets never
 * belong together: of two the later counts, in whatever order events arrive.
 */
const datasetBegun = epochMs;

/** Closing prices of finished candles of one symbol and interval, oldest first, at most 500. */
export const CandlesClosed = z.object({
  symbol: z.string(),
  dataset: datasetBegun,
  /** Where the dataset comes from; left out in events of before it was told, which are of nobody knows which. */
  kind: z.enum(FEED_KINDS).optional(),
  interval: z.enum(CANDLE_INTERVALS),
  candles: z.array(z.object({ openTime: epochMs, close: decimalText })).max(500),
});
export type CandlesClosed = z.infer<typeof CandlesClosed>;

/** The symbol's candles of all earlier datasets are gone, e.g. because the source has changed. */
export const DatasetReplaced = z.object({ symbol: z.string(), dataset: datasetBegun });
export type DatasetReplaced = z.infer<typeof DatasetReplaced>;

/** Something that somebody, or an administrator, should look at. */
export const SecurityEventRaised = z.object({
  id: z.string(),
  kind: z.string(),
  at: epochMs,
  /** Whose account; null where it is for administrators only. */
  userId: z.string().nullable(),
  /** Network address and name of the client; empty where unknown. */
  address: z.string(),
  userAgent: z.string(),
  details: z.record(z.string(), z.string()),
});
export type SecurityEventRaised = z.infer<typeof SecurityEventRaised>;

/** Of one user, for that user. */
export const securityEventRaised = live(
  'users.security-event',
  SecurityEventRaised,
  (event) => event.userId ?? 'nobody',
);
/** The same of all, and those that are nobody's, for administrators. */
export const anySecurityEventRaised = live(
  'users.any-security-event',
  SecurityEventRaised,
  () => 'all',
);
export const priceTicked = live('market.price-ticked', PriceTick, (tick) => tick.symbol);
export const candleUpdated = live(
  'market.candle-updated',
  CandleEvent,
  (candle) => `${candle.symbol}:${candle.interval}`,
);
export const tradePrinted = live('market.trade-printed', TradeEvent, (trade) => trade.symbol);
export const feedStatusChanged = live('market.feed-status', FeedStatusEvent, () => 'market');
export const candlesClosed = durable('market.candles-closed', CandlesClosed, (e) => e.symbol);
export const datasetReplaced = durable('market.dataset-replaced', DatasetReplaced, (e) => e.symbol);

/** A user's watchlists are otherwise than before. */
export const WatchlistsChanged = z.object({ userId: z.uuid() });
export type WatchlistsChanged = z.infer<typeof WatchlistsChanged>;

/** An account is gone: whatever belongs to it goes with it. */
export const AccountDeleted = z.object({ userId: z.uuid(), at: epochMs });
export type AccountDeleted = z.infer<typeof AccountDeleted>;

export const watchlistsChanged = live(
  'users.watchlists-changed',
  WatchlistsChanged,
  (change) => change.userId,
);
export const accountDeleted = durable('users.account-deleted', AccountDeleted, (e) => e.userId);

export const OWNER_KINDS = [
  'EXCHANGE',
  'EXCHANGE_HOT',
  'EXCHANGE_COLD',
  'EXCHANGE_DEPOSIT',
  'FUND',
  'TREASURY',
  'BRIDGE',
  'DEFI',
  'MINT_BURN',
  'MINER',
  'OTHER',
  'UNKNOWN',
] as const;

export const LEG_KINDS = [
  'TRANSFER',
  'MINT',
  'BURN',
  'FREEZE',
  'UNFREEZE',
  'LOCK',
  'UNLOCK',
  'OTHER',
] as const;

/** One of those between whom something moved. */
export const WhaleParty = z.object({
  /** Null where the source names none, or several as one. */
  address: z.string().nullable(),
  /** Who is said to own it; null where nobody says. */
  owner: z.string().nullable(),
  ownerKind: z.enum(OWNER_KINDS),
  /**
   * What it had of the leg, in its base units: what reached it, or what left it, with its part of the network's fee.
   * Left out where it was alone, or nobody says.
   */
  amount: z
    .string()
    .regex(/^(0|[1-9]\d{0,77})$/, 'a whole number')
    .optional(),
  /** A label says who owns it, where no source does; set when it is stored. */
  isLabelled: z.literal(true).optional(),
});
export type WhaleParty = z.infer<typeof WhaleParty>;

/** What moved of one asset. */
export const WhaleLeg = z.object({
  symbol: z.string(),
  kind: z.enum(LEG_KINDS),
  /** In the smallest unit, at most 2^256 - 1. */
  baseUnits: z.string().regex(/^[1-9]\d{0,77}$/, 'a whole number above zero'),
  /** How many of them make one unit of the asset, as a power of ten. */
  decimals: z.number().int().min(0).max(36),
  /** At the time of the move; null where nobody knows a price. */
  usd: decimalText.nullable(),
  /** What the figure in USD comes from. */
  usdBasis: z.enum(['CANDLES', 'PEG', 'SOURCE']).nullable(),
  from: z.array(WhaleParty).max(50),
  to: z.array(WhaleParty).max(50),
  /** When the largest of the coins that it spends had come to be, epoch ms; left out where no source tells. */
  coinsSince: epochMs.optional(),
  /** Who tells of it, where that is not who has seen the transaction first; set when it is stored. */
  source: z.string().optional(),
});
export type WhaleLeg = z.infer<typeof WhaleLeg>;

export const WHALE_STATUSES = [
  'UNCONFIRMED',
  'CONFIRMED',
  'REPLACED',
  'DROPPED',
  'RETRACTED',
] as const;
export type WhaleStatus = (typeof WHALE_STATUSES)[number];

/** What has become of a transaction, as its source knows it. */
export const WhaleState = z.object({
  status: z.enum(WHALE_STATUSES),
  /** When the source learned it: of two states the later counts, in whatever order they arrive. */
  at: epochMs,
  /** Blocks from the one that holds it on, when this was learned; null where nobody has counted. */
  confirmations: z.number().int().min(0).nullable(),
  /** Hash of the one that took its place; null where there is none, or nobody knows which. */
  replacedBy: z.string().nullable(),
});
export type WhaleState = z.infer<typeof WhaleState>;

/**
 * A large transaction as one source has seen it; another one may add to it. Seen again with another state, it
 * has become that.
 */
export const WhaleTransactionSeen = z.object({
  dataset: z.object({ kind: z.enum(FEED_KINDS), begun: datasetBegun }),
  /** Lower case, e.g. bitcoin. */
  chain: z.string(),
  hash: z.string(),
  /** Of its block, or when it was first seen. */
  time: epochMs,
  source: z.string(),
  legs: z.array(WhaleLeg).min(1).max(100),
  /** Left out by sources that do not say; they tell of what is in a block. */
  state: WhaleState.optional(),
});
export type WhaleTransactionSeen = z.infer<typeof WhaleTransactionSeen>;

/** Transactions up to a place in the order of storing can be read. */
export const WhaleTransactionsStored = z.object({ position: z.number().int() });
export type WhaleTransactionsStored = z.infer<typeof WhaleTransactionsStored>;

export const whaleTransactionSeen = durable(
  'whales.transaction-seen',
  WhaleTransactionSeen,
  ({ chain, hash }) => `${chain}:${hash}`,
);
export const whaleTransactionsStored = live(
  'whales.transactions-stored',
  WhaleTransactionsStored,
  () => 'all',
);

/** A large trade on an exchange: the sum of what one order took, or a block trade. */
export const ExchangePrint = z.object({
  id: z.string(),
  /** Ticker in upper case, e.g. BTC. */
  symbol: z.string(),
  exchange: z.string(),
  /** Who took the price. */
  side: z.enum(['BUY', 'SELL']),
  /** In USD for one unit. */
  price: decimalText,
  /** In units of the asset. */
  amount: decimalText,
  usd: decimalText,
  /** When it began. */
  time: epochMs,
  trades: z.number().int(),
  isBlock: z.boolean(),
});
export type ExchangePrint = z.infer<typeof ExchangePrint>;

/** The same, as a feed has seen it; real and simulated ones never stand together. */
export const ExchangePrintSeen = ExchangePrint.extend({
  dataset: z.object({ kind: z.enum(FEED_KINDS), begun: datasetBegun }),
});
export type ExchangePrintSeen = z.infer<typeof ExchangePrintSeen>;

export const exchangePrintSeen = durable('whales.print-seen', ExchangePrintSeen, ({ id }) => id);
export const exchangePrinted = live('whales.exchange-printed', ExchangePrint, () => 'all');
