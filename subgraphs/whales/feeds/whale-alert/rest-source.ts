import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { Agent } from 'undici';
import type { Chains } from '../../rules/chains';
import { pause } from '../pause';
import type { Sink, Source } from '../source';
import { QUOTA_USED_UP, REFUSED_PAUSE_MS, type Reply, ask, withAgent } from './ask';
import { CallBudget } from './call-budget';
import { WHALE_ALERT, parseTransactions } from './parse';
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

/** What a request came to: a page, or why there is none and how long to wait, in ms. */
type Answer =
  { rows: unknown[]; cursor: string | undefined } | { reason: string; waitMs: number | null };

/** Whale Alert's REST API v1, asked again and again from where the last answer ended. */
export function createRestSource(options: RestOptions): Source {
  return {
    name: WHALE_ALERT,
    kind: 'LIVE',
    description: 'Large transactions as Whale Alert tells of them.',
    run: (sink, signal) =>
      withAgent(LARGEST_BODY_BYTES, (agent) => poll(options, agent, sink, signal)),
  };
}

async function poll(
  options: RestOptions,
  agent: Agent,
  sink: Sink,
  signal: AbortSignal,
): Promise<void> {
  const { clock, everyMs, callsPerMinute, known, log } = options;
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
    const answer = await pageOf(options, agent, { start, cursor }, signal);
    if ('reason' in answer) {
      sink.disconnected(answer.reason);
      await pause(answer.waitMs ?? everyMs, signal);
      continue;
    }
    sink.connected(budget.said());
    const { sightings, faults } = parseTransactions(answer.rows, known);
    for (const fault of faults) log.warn({ fault }, 'a row of Whale Alert is left out');
    for (const sighting of sightings) {
      await sink.seen(sighting);
      newest = Math.max(newest, Math.floor(sighting.time / 1_000));
    }
    cursor = answer.cursor ?? cursor;
    await pause(everyMs, signal);
  }
}

async function pageOf(
  { host, key, minUsd }: RestOptions,
  agent: Agent,
  { start, cursor }: { start: number; cursor: string | undefined },
  signal: AbortSignal,
): Promise<Answer> {
  const query = new URLSearchParams({ api_key: key, start: String(start), min_value: minUsd });
  query.set('limit', String(PAGE));
  if (cursor !== undefined) query.set('cursor', cursor);
  const reply = await ask(`${host}/v1/transactions?${query.toString()}`, agent, signal);
  return typeof reply === 'string' ? { reason: reply, waitMs: null } : readAnswer(reply);
}

function readAnswer({ status, json, waitMs }: Reply): Answer {
  if (status === 429) return { reason: QUOTA_USED_UP, waitMs: waitMs ?? REFUSED_PAUSE_MS };
  const refused = ErrorV1.safeParse(json);
  if (refused.success)
    return { reason: `Refused: ${refused.data.message}`, waitMs: REFUSED_PAUSE_MS };
  const page = TransactionsV1.safeParse(json);
  if (status !== 200 || !page.success) {
    return { reason: `It answered with ${status} and nothing that can be read.`, waitMs: null };
  }
  return { rows: page.data.transactions, cursor: page.data.cursor };
}
