import { z } from 'zod';
import type { Resilience } from '../execute/resilience';
import { count, section, whole, words } from './fields';

const resilience = {
  timeoutMs: count(10_000, 'Milliseconds that a subgraph may take to answer.'),
  concurrency: count(512, 'Requests to one subgraph that are under way at a time.'),
  queue: whole(0)
    .default(4_096)
    .describe('Requests that may wait for their turn; those beyond fail at once.'),
  breakAfter: count(20, 'Failures in a row after which a subgraph is left alone for openMs.'),
  openMs: count(1_000, 'Milliseconds until a subgraph that was left alone is tried again.'),
  retryShare: z
    .number('must be a number')
    .min(0, 'must be 0 to 1')
    .max(1, 'must be 0 to 1')
    .default(0.2)
    .describe('Queries sent again after their connection broke, as a share of all; 0 to 1.'),
};

/** What may be different for one subgraph. */
const exception = z.strictObject({
  timeoutMs: resilience.timeoutMs.unwrap().optional(),
  concurrency: resilience.concurrency.unwrap().optional(),
  queue: resilience.queue.unwrap().optional(),
  breakAfter: resilience.breakAfter.unwrap().optional(),
  openMs: resilience.openMs.unwrap().optional(),
  retryShare: resilience.retryShare.unwrap().optional(),
});

/** How subgraphs are asked. */
export const subgraphs = section('How subgraphs are asked.', {
  ...resilience,
  named: z
    .record(z.string(), exception, 'must be sections by name')
    .default({})
    .describe(
      'What differs for single subgraphs, by name, like `reviews: { timeoutMs: 500 }`: any of the keys above.',
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
