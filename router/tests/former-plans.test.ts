import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from '@jest/globals';
import { createLog } from '@spyhop/platform/log';
import type { Sink } from 'graphql-ws';
import { LossLog } from '../live/lost';
import { Stream } from '../live/stream';
import { createRouterMetrics } from '../metrics';
import type { SubscriptionPlan } from '../plan/subscription-plan';

const log = createLog({ name: 'test', level: 'silent' });

/** What a supergraph plans a subscription as: the plan holds the whole of its schema. */
const planned = (): SubscriptionPlan =>
  ({
    subgraph: 'far',
    upstreamQuery: 'subscription { heard }',
    upstreamOperation: undefined,
    upstreamVariables: [],
    rules: { conflate: null, replayLast: false },
    split: null,
    resume: null,
    cursorField: null,
    name: null,
    root: { key: 'heard' },
  }) as unknown as SubscriptionPlan;

/** What subgraphs' clients hold for as long as the subscriptions go on. */
const sinks: Sink[] = [];

const services = {
  subscribeAt: (...[, , , sink]: [string, object, object, Sink]) => {
    sinks.push(sink);
    return () => undefined;
  },
  headersFor: () => ({}),
  ask: () => Promise.reject(new Error('there is nothing to ask for')),
  clock: () => Date.now(),
  random: () => 0,
  newRequestId: () => 'request',
  metrics: createRouterMetrics(),
  losses: new LossLog(log),
  log,
  backlog: { bytes: 1_000, stuckMs: 1_000, queue: { messages: 10, bytes: 1_000 } },
  maxKeys: 10,
  lingerMs: 0,
};

const client = {
  transport: 'websocket',
  backlog: 0,
  next: () => undefined,
  error: () => undefined,
  complete: () => undefined,
  stuck: () => undefined,
} as const;

/** A stream that follows something, and the plan that it began with. */
function begun(): { stream: Stream; former: WeakRef<SubscriptionPlan> } {
  const plan = planned();
  const source = { variables: {}, identity: null, headers: null, after: null };
  const ears = { advanced: () => undefined, ended: () => undefined };
  const stream = new Stream(plan, source, services, ears);
  stream.join(client, [{ id: 'a', value: 'a' }], () => undefined);
  return { stream, former: new WeakRef(plan) };
}

it('a stream that goes on with the plan of a new supergraph keeps nothing of the former one', async () => {
  const { stream, former } = begun();
  stream.adopt(planned());
  // What a weak reference was made for is there until the end of the turn.
  await new Promise(setImmediate);
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  expect([sinks.length, former.deref()]).toEqual([1, undefined]);
  stream.end((sink) => sink.complete());
});
