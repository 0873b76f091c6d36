import { z } from 'zod';

// Ethereum JSON-RPC over a WebSocket (ethereum.github.io/execution-apis, geth's pub/sub). Numbers are
// hexadecimal text.

const quantity = z.string().regex(/^0x[0-9a-f]{1,64}$/i);
/** A block's number, or its time in seconds. */
const small = quantity
  .refine((text) => text.length <= 15)
  .transform((text) => Number.parseInt(text, 16));
/** Of a chain. */
export const ChainId = small;

const hash = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/i)
  .transform((text) => text.toLowerCase());

export const Head = z.object({ number: small, hash, parentHash: hash, timestamp: small });
export type Head = z.infer<typeof Head>;

/** A transaction of a whole block, as far as it moves the chain's own coin. */
export const NativeTransfer = z.object({
  hash,
  from: z.string(),
  /** Null where it makes a contract. */
  to: z.string().nullish(),
  value: quantity,
});
export type NativeTransfer = z.infer<typeof NativeTransfer>;

/** With its transactions whole, each of which is read by itself. */
export const Block = Head.extend({ transactions: z.array(z.unknown()) });
export type Block = z.infer<typeof Block>;

export const Log = z.object({
  address: z.string(),
  topics: z.array(z.string()).max(4),
  data: z.string(),
  blockHash: hash,
  transactionHash: hash,
  removed: z.boolean().default(false),
});
export type Log = z.infer<typeof Log>;

/** Each is read by itself: a faulty one does not take the others with it. */
export const Logs = z.array(z.unknown());

/** A log as it is told of: what counts is only which block it was in, and whether that is left behind. */
export const ToldLog = z.object({
  blockHash: hash,
  topics: z.array(z.unknown()),
  removed: z.boolean().default(false),
});

export const Receipt = z.object({ status: z.string().optional() });

const Failure = z.object({ code: z.number(), message: z.string() });

/** What a node says: an answer, a refusal or, without an id, something that was subscribed to. */
export const Answer = z.object({
  id: z.number(),
  result: z.unknown().optional(),
  error: Failure.optional(),
});
export const Notice = z.object({
  method: z.literal('eth_subscription'),
  params: z.object({ result: z.unknown() }),
});

export type Answer = z.infer<typeof Answer>;

/** keccak256 of Transfer(address,address,uint256). */
export const TRANSFER = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';
/** keccak256 of Issue(uint256), which USDT tells in the place of a transfer from nobody. */
export const ISSUE = '0xcb8241adb0c3fdb35b70c24ce35c5eb0c17af7431c99f827d44a445ca624176a';
/** keccak256 of Redeem(uint256), which USDT tells in the place of a transfer to nobody. */
export const REDEEM = '0x702d5967f45f6513a38ffc42d6ba9bf230bd40e8f53b16363c7eb4fd2deb9a44';
/**
 * keccak256 of DestroyedBlackFunds(address,uint256), by which USDT tells that it has taken all from a frozen
 * holder. Neither of the two is indexed: both stand in the data.
 */
export const DESTROYED = '0x61e6e66b0d6339b2980aecc6ccc0039736791f0ccde9ed512e789a7fbdd698c6';
