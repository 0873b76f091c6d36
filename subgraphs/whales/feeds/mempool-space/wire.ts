import { z } from 'zod';

// mempool.space's WebSocket and REST API (github.com/mempool/mempool, backend/src/api). Amounts are satoshi,
// times seconds.

const txid = z.string().regex(/^[0-9a-f]{64}$/);
const satoshi = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** [txid, fee, vsize, value, feeRate, flags, firstSeen]; `value` is the sum of outputs. */
const Projected = z.tuple([z.string(), z.number(), z.number(), satoshi]).rest(z.unknown());
export type Projected = z.infer<typeof Projected>;

/** One that can be none costs no other one. */
const Projecteds = z
  .array(Projected.nullable().catch(null))
  .transform((rows) => rows.filter((row) => row !== null));

/** All of the next block at first, and then what changed; where `sequence` jumps something was missed. */
export const ProjectedTransactions = z.object({
  'projected-block-transactions': z.object({
    sequence: z.number().int(),
    blockTransactions: Projecteds.optional(),
    delta: z.object({ added: Projecteds }).optional(),
  }),
});

export type ProjectedBlock = z.infer<typeof ProjectedTransactions>['projected-block-transactions'];

/** What has left the mempool since the message before; where `sequence` jumps something was missed. */
export const MempoolTxids = z.object({
  'mempool-txids': z.object({
    sequence: z.number().int(),
    removed: z.array(z.string()),
    mined: z.array(z.string()),
    replaced: z.array(z.object({ replaced: z.string(), by: z.string() })),
  }),
});
export type Left = Omit<z.infer<typeof MempoolTxids>['mempool-txids'], 'sequence'>;

const Block = z.object({ height: z.number().int() });
export const NewBlock = z.object({ block: Block });
/** The newest ones: the first answer, and again where some of them were left behind. */
export const NewestBlocks = z.object({ blocks: z.array(Block) });

const Output = z.object({
  /** Missing on unusual scripts. */
  scriptpubkey_address: z.string().optional(),
  value: satoshi,
});

export const MempoolTransaction = z.object({
  txid,
  /** An input of a new coin has no output before it; not all sources say which transaction made that. */
  vin: z.array(z.object({ txid: txid.optional(), prevout: Output.nullish() })),
  vout: z.array(Output),
  status: z.object({
    confirmed: z.boolean(),
    block_time: z.number().int().optional(),
    block_height: z.number().int().optional(),
  }),
});
export type MempoolTransaction = z.infer<typeof MempoolTransaction>;
