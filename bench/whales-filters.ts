/*
 * Whales as they are stored, to 10,000 viewers with 200 different filters in one process, against handing the same
 * transactions to the same viewers without any filter; and how often a transaction is matched for that.
 * What sockets cost is the router's, which shares one stream among all that ask for the same: see router/fan-out.
 * Run: node bench/whales-filters.ts [--viewers 10000] [--filters 200] [--rounds 9]
 */
import { setImmediate as turn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createLog } from '@spyhop/platform/log';
import { PushedStream } from '@spyhop/platform/pushed-stream';
import { type WhaleFilter, matches, readFilter } from '@spyhop/whales/rules/filter';
import { UNSAID } from '@spyhop/whales/rules/status';
import type { WhaleTransaction } from '@spyhop/whales/rules/whale';
import { Moves } from '@spyhop/whales/store/moves';
import type { TakeStored } from '@spyhop/whales/store/stored-tail';
import { Decimal } from 'decimal.js';
import { median, report } from './report.ts';

const AT_LEAST = 0.5;
const EVENTS = 100;
const SYMBOLS = ['BTC', 'ETH', 'USDT', 'SOL', 'XRP'];

const { values: options } = parseArgs({
  options: {
    viewers: { type: 'string', default: '10000' },
    filters: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '9' },
  },
});
const VIEWERS = Number(options.viewers);
const FILTERS = Number(options.filters);
const ROUNDS = Number(options.rounds);

/** Each with a limit of its own; two of three also ask for assets. */
const filters = Array.from({ length: FILTERS }, (_, index) =>
  readFilter({
    minUsd: new Decimal(100_000 + index * 25_000),
    assets: index % 3 === 0 ? null : [SYMBOLS[index % 5] ?? '', SYMBOLS[(index + 1) % 5] ?? ''],
  }),
);
const filterOf = (viewer: number): WhaleFilter => filters[viewer % FILTERS] ?? readFilter({});

let position = 0;
let matchings = 0;

/** Counts how often it is looked at: a match begins with the chain. */
function transactionOf(index: number): WhaleTransaction {
  position += 1;
  const made = {
    ...{ hash: String(position), time: position, position, sources: ['bench'], fold: null },
    ...{ firstPosition: position, state: UNSAID },
    legs: [
      {
        ...{ symbol: SYMBOLS[index % 5] ?? '', kind: 'TRANSFER' as const, baseUnits: '1' },
        ...{ decimals: 0, usd: String(200_000 * (index % 29)), usdBasis: 'CANDLES' as const },
        ...{ from: [], to: [] },
      },
    ],
  };
  return Object.defineProperty(made, 'chain', {
    get: () => ((matchings += 1), 'bitcoin'),
  }) as typeof made & { chain: string };
}

/** Reads a stream to its end, and counts what comes. */
async function view(
  stream: AsyncIterableIterator<WhaleTransaction>,
  read: () => void,
): Promise<void> {
  for await (const _ of stream) read();
}

interface Contestant {
  tell(transaction: WhaleTransaction): void;
  close(): Promise<void>;
}

/** As the subgraph does it. */
function filtered(read: () => void): Contestant {
  const takers = new Set<TakeStored>();
  const tail = { add: (take: TakeStored) => (takers.add(take), () => takers.delete(take)) };
  const store = { storedAfter: async () => [] };
  const moves = new Moves(tail, store, createLog({ name: 'bench', level: 'silent' }));
  const streams = Array.from({ length: VIEWERS }, (_, viewer) =>
    moves.stream(filterOf(viewer), position),
  );
  const views = streams.map((stream) => view(stream, read));
  return {
    tell: (transaction) => takers.forEach((take) => take([transaction])),
    close: async () => {
      for (const stream of streams) await stream.return?.();
      await Promise.all(views);
    },
  };
}

/** Nothing but a queue for each viewer, filled by who knows already what each of them wants. */
function bare(read: () => void): Contestant {
  const queues = Array.from({ length: VIEWERS }, () => [] as WhaleTransaction[]);
  const streams = queues.map(
    (queue) =>
      new PushedStream<WhaleTransaction>({ take: () => queue.shift(), close: () => undefined }),
  );
  const views = streams.map((stream) => view(stream, read));
  const wanted = new Map<string, number[]>();
  return {
    tell: (transaction) => {
      const key = `${transaction.legs[0]?.symbol} ${transaction.legs[0]?.usd}`;
      const viewers = wanted.get(key) ?? viewersOf(transaction);
      wanted.set(key, viewers);
      for (const viewer of viewers) {
        queues[viewer]?.push(transaction);
        streams[viewer]?.notify();
      }
    },
    close: async () => {
      for (const stream of streams) await stream.return();
      await Promise.all(views);
    },
  };
}

const viewersOf = (transaction: WhaleTransaction): number[] =>
  Array.from({ length: VIEWERS }, (_, viewer) => viewer).filter((viewer) =>
    matches(filterOf(viewer), transaction),
  );

interface Round {
  deliveriesPerSecond: number;
  deliveries: number;
  matchingsPerEvent: number;
}

async function round(start: (read: () => void) => Contestant): Promise<Round> {
  let deliveries = 0;
  const contestant = start(() => (deliveries += 1));
  // All have found that they have missed nothing.
  for (let pass = 0; pass < 20; pass += 1) await turn();
  // What each transaction is worth is known to the bare one beforehand.
  for (let index = 0; index < 145; index += 1) contestant.tell(transactionOf(index));
  await turn();
  deliveries = matchings = 0;
  const startedAt = performance.now();
  for (let index = 0; index < EVENTS; index += 1) {
    contestant.tell(transactionOf(index));
    await turn();
  }
  const took = performance.now() - startedAt;
  const matchingsPerEvent = matchings / EVENTS;
  await contestant.close();
  return { deliveriesPerSecond: (1_000 * deliveries) / took, deliveries, matchingsPerEvent };
}

const rounds: { filtered: Round; bare: Round }[] = [];
for (let index = -2; index < ROUNDS; index += 1) {
  const pair = { bare: await round(bare), filtered: await round(filtered) };
  if (pair.bare.deliveries !== pair.filtered.deliveries) throw new Error('not all was delivered');
  // The first ones are for the compiler.
  if (index >= 0) rounds.push(pair);
}
const ratio = median(
  rounds.map((each) => each.filtered.deliveriesPerSecond / each.bare.deliveriesPerSecond),
);
const perSecond = median(rounds.map((each) => each.filtered.deliveriesPerSecond));
report({
  what: `whales to ${VIEWERS.toLocaleString('en')} viewers over ${FILTERS} filters, against a bare broadcast`,
  target: `≥ ${AT_LEAST}`,
  measured: `${ratio.toFixed(2)}, ${Math.round(perSecond).toLocaleString('en')} deliveries/s (median of ${ROUNDS} pairs)`,
  met: ratio >= AT_LEAST,
});
const matchingsPerEvent = median(rounds.map((each) => each.filtered.matchingsPerEvent));
report({
  what: 'matchings for each transaction, which do not grow with viewers',
  target: `${FILTERS}, one for each filter`,
  measured: String(matchingsPerEvent),
  met: matchingsPerEvent === FILTERS,
});
