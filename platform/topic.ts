import type { z } from 'zod';

/**
 * What crosses a process border, defined once for who publishes and who subscribes.
 * Live events: the newest wins, some may be skipped (Redis pub/sub).
 * Durable events: at least once, in order per key (Redis Streams); handlers are idempotent.
 */
export interface Topic<Kind extends 'live' | 'durable', Event> {
  readonly kind: Kind;
  readonly name: string;
  readonly schema: z.ZodType<Event>;
  readonly key: (event: Event) => string;
}
export type LiveTopic<Event> = Topic<'live', Event>;
export type DurableTopic<Event> = Topic<'durable', Event>;

/** A topic of live events. */
export const live = <Event>(
  name: string,
  schema: z.ZodType<Event>,
  key: (event: Event) => string,
): LiveTopic<Event> => ({ kind: 'live', name, schema, key });

/** A topic of durable events. */
export const durable = <Event>(
  name: string,
  schema: z.ZodType<Event>,
  key: (event: Event) => string,
): DurableTopic<Event> => ({ kind: 'durable', name, schema, key });
