import { z } from 'zod';

// Whale Alert's REST APIs v1 and v2 and its WebSocket alerts, as docs.whale-alert.io has them. Numbers come as
// the text they were written in: some fields are numbers in one message and strings in another.

const figure = z.string();

const OwnerV1 = z.object({
  /** "Multiple Addresses" stands for many; mints and burns may have none. */
  address: z.string().optional(),
  /** Missing where the type is unknown. */
  owner: z.string().optional(),
  owner_type: z.string().optional(),
});

export const TransactionV1 = z.object({
  blockchain: z.string(),
  symbol: z.string(),
  transaction_type: z.string(),
  hash: z.string(),
  from: OwnerV1.optional(),
  to: OwnerV1.optional(),
  /** Seconds. */
  timestamp: figure,
  amount: figure,
  /** Of low precision. */
  amount_usd: figure.optional(),
});
export type TransactionV1 = z.infer<typeof TransactionV1>;

/** The key `transactions` is missing where there are none. */
export const TransactionsV1 = z.object({
  result: z.literal('success'),
  cursor: z.string().optional(),
  transactions: z.array(z.unknown()).default([]),
});

/** What /status tells of each chain; nothing has moved. */
export const StatusV1 = z.object({
  result: z.literal('success'),
  blockchains: z.array(z.object({ name: z.string() })),
});

export const ErrorV1 = z.object({ result: z.literal('error'), message: z.string() });

const Side = z.object({
  amount: figure.optional(),
  address: z.string().optional(),
  owner: z.string().optional(),
  owner_type: z.string().optional(),
  address_type: z.string().optional(),
  /** What is there after the block; of what is frozen this is the size. */
  balance: figure.optional(),
});

const SubTransaction = z.object({
  symbol: z.string(),
  /** A number in the vendor's example, a string in other copies. */
  unit_price_usd: figure.optional(),
  transaction_type: z.string(),
  /** Empty for a mint. */
  inputs: z.array(Side).default([]),
  /** Empty for a burn. */
  outputs: z.array(Side).default([]),
});
export type SubTransaction = z.infer<typeof SubTransaction>;

const whole = figure.regex(/^\d{1,15}$/).transform(Number);

/** Of a transaction on its chain: the block, and its place in that. */
export const PlaceV2 = z.object({ height: whole, index_in_block: whole });

/** The same of all chains: which one it was is in the address that was asked. */
export const TransactionV2 = z.object({
  /** Seconds. */
  timestamp: figure,
  hash: z.string(),
  /** What pays the fee, which is the chain's own coin. */
  fee_symbol: z.string().optional(),
  sub_transactions: z.array(SubTransaction),
});

/** The key may be missing, or null, where there are none; places go on by height and index, not by `next`. */
export const TransactionsV2 = z.object({
  transactions: z
    .array(z.unknown())
    .nullish()
    .transform((rows) => rows ?? []),
});

/** A number alone, or as the only field. */
export const HeightV2 = z.union([whole, z.object({ height: whole }).transform((it) => it.height)]);

export const ErrorV2 = z.object({ error: z.string() });

/** Older ones have no `type`: known by their channel and amounts. */
export const Alert = z.object({
  channel_id: z.string(),
  /** Seconds. */
  timestamp: figure,
  blockchain: z.string(),
  transaction_type: z.string(),
  /** Names, not addresses: "unknown wallet", or an owner. */
  from: z.string().default(''),
  to: z.string().default(''),
  amounts: z.array(z.object({ symbol: z.string(), amount: figure, value_usd: figure.optional() })),
  transaction: z.object({
    hash: z.string(),
    sub_transactions: z.array(SubTransaction).default([]),
  }),
});
export type Alert = z.infer<typeof Alert>;

export const Confirmation = z.object({ type: z.literal('subscribed_alerts') });

export const Refusal = z.object({ error: z.string() });
