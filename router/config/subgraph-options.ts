import { z } from 'zod';
import type { Resilience } from '../execute/resilience';
import { count, milliseconds, section, whole, words } from './fields';

const resilience = {
  timeoutMs: milliseconds(10_000, 'Milliseconds that a subgraph may take to answer.'),
  concurrency: count(512, 'Requests to one subgraph that are under way at a time.'),
  queue: whole(0)
    .default(4_096)
    .describe('Requests that may wait for their turn; those beyond fail at once.'),
  breakAfter: count(20, 'Failures in a row after which a subgraph is left alone for openMs.'),
  openMs: milliseconds(1_000, 'Milliseconds until a subgraph that was left alone is tried again.'),
  retryShare: z
    .number('must be a number')
    .min(0, 'must be 0 to 1')
    .max(1, 'must be 0 to 1')
    .default(0.2)
    .describe('Queries sent again after their connection broke, as a share of all; 0 to 1.'),
};

const silenceMs = whole(0)
  .default(40_000)
  .describe(
    'Milliseconds after which a subgraph that is asked over Server-Sent Events counts as gone, and is asked again, if it sends nothing, not even a comment; 0 for never.',
  );

/** A key that need not be said for one subgraph. */
const differing = <Value extends z.ZodType>(key: z.ZodDefault<Value>) =>
  key
    .unwrap()
    .optional()
    .describe(key.description ?? '');

/** What may be different for one subgraph. */
const exception = z.strictObject({
  timeoutMs: differing(resilience.timeoutMs),
  concurrency: differing(resilience.concurrency),
  queue: differing(resilience.queue),
  breakAfter: differing(resilience.breakAfter),
  openMs: differing(resilience.openMs),
  retryShare: differing(resilience.retryShare),
  silenceMs: differing(silenceMs),
  subscriptionUrl: z
    .url({
      protocol: /^(https?|wss?)$/,
      error: 'must be an address like ws://host:port/path',
    })
    .optional()
    .describe(
      'Where it serves subscriptions, if not where it answers queries; over Server-Sent Events too.',
    ),
  connectionInit: z
    .record(z.string(), z.unknown(), 'must be a payload with keys of its own')
    .optional()
    .describe(
      'The payload of connection_init for its WebSocket, like `{ authorization: Bearer … }`; a secret if it has one.',
    ),
});

/** How subgraphs are asked. */
export const subgraphs = section('How subgraphs are asked.', {
  ...resilience,
  silenceMs,
  named: z
    .record(z.string(), exception, 'must be sections by name')
    .default({})
    .describe(
      'What differs for single subgraphs, by name, like `reviews: { timeoutMs: 500 }`: the keys above, and two that only single subgraphs have, `subscriptionUrl` and `connectionInit`.',
    ),
  serverSentEvents: words(
    'Subgraphs that serve subscriptions over Server-Sent Events; the others are asked over WebSockets.',
  ),
});

/** How one subgraph is spared and its failures are lived with. */
export const resilienceOf = (
  { named, ...all }: z.output<typeof subgraphs>,
  subgraph: string,
): Resilience => ({ ...all, ...named[subgraph] });

/** Milliseconds for which one subgraph may say nothing over Server-Sent Events; 0 for ever. */
export const silenceOf = (
  { named, silenceMs: ofAll }: z.output<typeof subgraphs>,
  subgraph: string,
): number => named[subgraph]?.silenceMs ?? ofAll;

/** Where one subgraph serves subscriptions, over HTTP; a WebSocket's address has `ws` in its place. */
export const subscriptionUrlOf = (
  { named }: z.output<typeof subgraphs>,
  subgraph: string,
  routingUrl: string,
): string => named[subgraph]?.subscriptionUrl?.replace(/^ws/, 'http') ?? routingUrl;
