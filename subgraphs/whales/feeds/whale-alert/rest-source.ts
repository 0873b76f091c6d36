import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { Agent } from 'undici';
import type { Chains } from '../../rules/chains';
import type { Sighting } from '../../rules/whale';
import { pause } from '../pause';
import type { Sink, Source } from '../source';
import { QUOTA_USED_UP, REFUSED_PAUSE_MS, Refused, type Reply, ask, withAgent } from './ask';
import { CallBudget } from './call-budget';
import type { Past } from './catch-up';
import { QUIET_AFTER_MS, WHALE_ALERT, parseTransactions } from './parse';
import { ErrorV1, TransactionsV1 } from './wire';

export interface RestOptions {
  /** e.g. https://api.whale-alert.io */
  host: string;
  key: string;
  /** In USD; a free key asks for 500,000 at least. */
  minUsd: string;
  /** Pause between requests, in ms: a free key has ten a minute. */
  everyMs: number;
  /** Calls a minute that the key's plan has. */
  callsPerMinute: number;
  known: Chains;
  clock: Clock;
  log: Log;
}

/** A free key sees no further back. */
const HISTORY_S = 3_600;
/** Told once more where it begins anew; what is known already changes nothing. */
const OVERLAP_S = 60;
const PAGE = 100;
const LARGEST_BODY_BYTES = 4 * 1024 * 1024;

/** Where a page begins. */
interface Place {
  /** In seconds. */
  start: number;
  /** Goes with the start that it was given for. */
  cursor: string | undefined;
}

interface Page {
  rows: unknown[];
  cursor: string | undefined;
}

/** Whale Alert's REST API v1, asked again and again from where the last answer ended. */
export function createRestSource(options: RestOptions): Source {
  return {
    name: WHALE_ALERT,
    kind: 'LIVE',
    description: 'Large transactions as Whale Alert tells of them.',
    quietAfterMs: QUIET_AFTER_MS,
    run: (sink, signal) =>
      withAgent(LARGEST_BODY_BYTES, (agent) => poll(options, agent, sink, signal)),
  };
}

/** What v1 tells of the last hour, page by page. */
export function pastOfV1(options: Omit<RestOptions, 'everyMs'>): Past {
  const budget = new CallBudget(options.callsPerMinute, options.clock);
  return {
    reachMs: HISTORY_S * 1_000,
    ...{ callsPerMinute: budget.most, calls: () => budget.taken },
    read: ({ since }, sink, signal) =>
      withAgent(LARGEST_BODY_BYTES, async (agent) => {
        const place: Place = { start: Math.floor(since / 1_000), cursor: undefined };
        while (!signal.aborted) {
          await budget.turn(sink, signal);
          const { rows, cursor } = await pageOf(options, agent, place, signal);
          for (const sighting of sightingsOf(options, rows)) await sink.seen(sighting);
          if (rows.length === 0 || cursor === undefined) break;
          place.cursor = cursor;
        }
        return '';
      }),
  };
}

async function poll(
  options: RestOptions,
  agent: Agent,
  sink: Sink,
  signal: AbortSignal,
): Promise<void> {
  const { clock, everyMs, callsPerMinute } = options;
  const seconds = (): number => Math.floor(clock() / 1_000);
  const budget = new CallBudget(callsPerMinute, clock);
  let start = seconds() - HISTORY_S;
  let newest = start;
  let cursor: string | undefined;
  while (!signal.aborted) {
    // A cursor goes with the start that it was given for, which must not grow too old either.
    if (seconds() - start > HISTORY_S) {
      start = Math.max(newest - OVERLAP_S, seconds() - HISTORY_S + OVERLAP_S);
      cursor = undefined;
    }
    await budget.turn(sink, signal);
    let waitMs: number | null = null;
    try {
      const page = await pageOf(options, agent, { start, cursor }, signal);
      sink.connected(budget.said());
      for (const sighting of sightingsOf(options, page.rows)) {
        await sink.seen(sighting);
        newest = Math.max(newest, Math.floor(sighting.time / 1_000));
      }
      cursor = page.cursor ?? cursor;
    } catch (err) {
      if (!(err instanceof Refused)) throw err;
      err.tell(sink);
      ({ waitMs } = err);
    }
    await pause(waitMs ?? everyMs, signal);
  }
}

function sightingsOf(
  { known, log }: Pick<RestOptions, 'known' | 'log'>,
  rows: readonly unknown[],
): Sighting[] {
  const { sightings, faults } = parseTransactions(rows, known);
  for (const fault of faults) log.warn({ fault }, 'a row of Whale Alert is left out');
  return sightings;
}

/** Throws Refused. */
async function pageOf(
  { host, key, minUsd }: Pick<RestOptions, 'host' | 'key' | 'minUsd'>,
  agent: Agent,
  { start, cursor }: Place,
  signal: AbortSignal,
): Promise<Page> {
  const query = new URLSearchParams({ api_key: key, start: String(start), min_value: minUsd });
  query.set('limit', String(PAGE));
  if (cursor !== undefined) query.set('cursor', cursor);
  const reply = await ask(`${host}/v1/transactions?${query.toString()}`, agent, signal);
  if (typeof reply === 'string') throw new Refused(reply, { waitMs: null });
  return readAnswer(reply);
}

function readAnswer({ status, json, waitMs }: Reply): Page {
  if (status === 429) {
    throw new Refused(QUOTA_USED_UP, { waitMs: waitMs ?? REFUSED_PAUSE_MS, isUsedUp: true });
  }
  const refused = ErrorV1.safeParse(json);
  if (refused.success) {
    const why = { waitMs: REFUSED_PAUSE_MS, isForGood: true };
    throw new Refused(`Refused: ${refused.data.message}`, why);
  }
  const page = TransactionsV1.safeParse(json);
  if (status !== 200 || !page.success) {
    const message = `It answered with ${status} and nothing that can be read.`;
    throw new Refused(message, { waitMs: null });
  }
  return { rows: page.data.transactions, cursor: page.data.cursor };
}
