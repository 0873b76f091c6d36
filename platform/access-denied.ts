import { z } from 'zod';
import { durable } from './topic';

/** A router has kept a field from somebody who may not have it; some of many. */
export const AccessDenied = z.object({
  /** Epoch milliseconds. */
  at: z.number().int(),
  /** Like `Query.users`. */
  coordinate: z.string(),
  /** Who asked. */
  subject: z.string(),
  /** What else their credential says of them. */
  claims: z.record(z.string(), z.string()),
  /** Network address of the client; empty where unknown. */
  address: z.string(),
});
export type AccessDenied = z.infer<typeof AccessDenied>;
export const accessDenied = durable('router.access-denied', AccessDenied, (e) => e.subject);
