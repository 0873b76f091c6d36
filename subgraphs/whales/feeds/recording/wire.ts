import { z } from 'zod';
import { Chain } from '../evm/chains';

// A recording is a file of `<time> <event>` lines: when it happened, as platform/frame-file.ts has it, and what. The
// first event says what was followed. Addresses of hosts are not in it, because they may have a key in them.

/** What a recording is of, as far as a replay has to know it. */
export const Followed = z.object({
  /** Whale Alert's WebSocket. */
  whaleAlert: z.boolean(),
  /** Bitcoin by mempool.space, and after how many ms blockchain.info stands in; null where it never does. */
  bitcoin: z.object({ standInAfterMs: z.number().min(0).nullable() }).nullable(),
  evmChains: z.array(Chain.omit({ url: true })),
  /** Tickers of the assets whose trades were followed. */
  prints: z.object({ symbols: z.array(z.string()) }).nullable(),
});
export type Followed = z.infer<typeof Followed>;

const source = z.string();
/** Connections are counted through the file. */
const line = z.number().int().min(0);
const text = z.string();

export const RecordedEvent = z.discriminatedUnion('did', [
  z.object({ did: z.literal('begin'), followed: Followed }),
  z.object({ did: z.literal('open'), source, line }),
  z.object({ did: z.literal('send'), source, line, text }),
  z.object({ did: z.literal('hear'), source, line, text }),
  z.object({ did: z.literal('close'), source, line }),
  /** A question over HTTP, once it is answered, and how long that took; without an answer there is no status. */
  z.object({
    ...{ did: z.literal('ask'), source, path: text, tookMs: z.number().min(0) },
    ...{ status: z.number().int().nullable(), text },
  }),
]);
export type RecordedEvent = z.infer<typeof RecordedEvent>;

/** What a request of JSON-RPC asks, and what stands in its answer; other messages of a connection have neither. */
export const RpcRequest = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.number(),
  method: z.string(),
  params: z.unknown(),
});
export const RpcAnswer = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.number(),
  method: z.undefined().optional(),
});

/** The same question has the same text, whatever number it was asked by. */
export const rpcQuestion = ({ method, params }: z.infer<typeof RpcRequest>): string =>
  `${method} ${JSON.stringify(params)}`;
