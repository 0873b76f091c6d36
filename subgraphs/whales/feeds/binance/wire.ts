import { z } from 'zod';

// Trades on Binance's combined streams (binance-spot-api-docs, web-socket-streams.md). Prices and quantities are text,
// times ms.

/** More than nothing, and less than there can be of anything. */
const decimal = z
  .string()
  .regex(/^\d{1,15}(\.\d{1,30})?$/)
  .regex(/[1-9]/);
const whole = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** One order's trades at one price; `m` where the buyer was there first, and so the seller was the aggressor. */
const AggTrade = z
  .object({
    e: z.literal('aggTrade'),
    s: z.string(),
    a: whole,
    p: decimal,
    q: decimal,
    f: whole,
    l: whole,
    T: whole,
    m: z.boolean(),
  })
  .refine(({ f, l }) => f <= l);

const BlockTrade = z.object({
  e: z.literal('blockTrade'),
  s: z.string(),
  t: whole,
  p: decimal,
  q: decimal,
  T: whole,
  m: z.boolean(),
});

const Shutdown = z.object({ e: z.literal('serverShutdown') });

export const CombinedFrame = z.object({
  stream: z.string(),
  data: z.discriminatedUnion('e', [AggTrade, BlockTrade, Shutdown]),
});
export type CombinedFrame = z.infer<typeof CombinedFrame>;
