import { z } from 'zod';

// blockchain.info's WebSocket (blockchain.com/api/api_websocket). Amounts are satoshi, times seconds.

const satoshi = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** `addr` is missing on unusual scripts. */
const Output = z.object({ addr: z.string().optional(), value: satoshi });

export const Unconfirmed = z.object({
  op: z.literal('utx'),
  x: z.object({
    hash: z.string(),
    /** When it was first seen. */
    time: z.number().int().positive(),
    inputs: z.array(z.object({ prev_out: Output.nullish() })),
    out: z.array(Output),
  }),
});
export type Unconfirmed = z.infer<typeof Unconfirmed>;
