import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import { Agent, request } from 'undici';
import { pause } from '../pause';
import type { Sink, Source } from '../source';
import { WHALE_ALERT, parseTransactions } from './parse';
import { ErrorV1, TransactionsV1, jsonOf } from './wire';

export interface RestOptions {
  /** e.g. https://api.whale-alert.io */
  host: string;
  key: string;
  /** In USD; a free key asks for 500,000 at least. */
  minUsd: string;
  /** Pause between requests, in ms: a free key has ten a minute. */
  everyMs: number;
  clock: Clock;
  log: Log;
}

/** A free key sees no further back. */
const HISTORY_S = 3_600;
/** Told once more where it begins anew; what is known already changes nothing. */
const OVERLAP_S = 60;
const PAGE = 100;
const ANSWER_TIMEOUT_MS = 15_000;
const LARGEST_BODY_BYTES = 4 * 1024 * 1024;
const REFUSED_PAUSE_MS = 60_000;

/** What a request came to: a page, or why there is none and how long to wait, in ms. */
type Answer =
  { rows: unknown[]; cursor: string | undefined } | { reason: string; waitMs: number | null };

/** Whale Alert's REST API v1, asked again and again from where the last answer ended. */
export function createRestSource(options: RestOptions): Source {
  return {
    name: WHALE_ALERT,
    kind: 'LIVE',
    description: 'Large transactions as Whale Alert tells of them.',
    run: async (sink, signal) => {
      const agent = new Agent({
        ...{ headersTimeout: ANSWER_TIMEOUT_MS, bodyTimeout: ANSWER_TIMEOUT_MS },
        maxResponseSize: LARGEST_BODY_BYTES,
      });
      try {
        await poll(options, agent, sink, signal);
      } finally {
        await agent.destroy();
      }
    },
  };
}

async function poll(
  options: RestOptions,
  agent: Agent,
  sink: Sink,
  signal: AbortSignal,
): Promise<void> {
  const { clock, everyMs, log } = options;
  const seconds = (): number => Math.floor(clock() / 1_000);
  let start = seconds() - HISTORY_S;
  let newest = start;
  let cursor: string | undefined;
  while (!signal.aborted) {
    // A cursor goes with the start that it was given for, which must not grow too old either.
    if (seconds() - start > HISTORY_S) {
      start = Math.max(newest - OVERLAP_S, seconds() - HISTORY_S + OVERLAP_S);
      cursor = undefined;
    }
    const answer = await ask(options, agent, { start, cursor }, signal);
    if ('reason' in answer) {
      sink.disconnected(answer.reason);
      await pause(answer.waitMs ?? everyMs, signal);
      continue;
    }
    sink.connected();
    const { sightings, faults } = parseTransactions(answer.rows);
    for (const fault of faults) log.warn({ fault }, 'a row of Whale Alert is left out');
    for (const sighting of sightings) {
      await sink.seen(sighting);
      newest = Math.max(newest, Math.floor(sighting.time / 1_000));
    }
    cursor = answer.cursor ?? cursor;
    await pause(everyMs, signal);
  }
}

async function ask(
  { host, key, minUsd }: RestOptions,
  agent: Agent,
  { start, cursor }: { start: number; cursor: string | undefined },
  signal: AbortSignal,
): Promise<Answer> {
  const query = new URLSearchParams({ api_key: key, start: String(start), min_value: minUsd });
  query.set('limit', String(PAGE));
  if (cursor !== undefined) query.set('cursor', cursor);
  try {
    const url = `${host}/v1/transactions?${query.toString()}`;
    const { statusCode, headers, body } = await request(url, { dispatcher: agent, signal });
    return readAnswer(statusCode, Number(headers['retry-after']), await body.text());
  } catch (err) {
    // The address has the key in it: of the error only its code is told.
    const code = (err as { code?: unknown }).code;
    return { reason: `No answer (${typeof code === 'string' ? code : 'unknown'}).`, waitMs: null };
  }
}

function readAnswer(status: number, retryAfterS: number, text: string): Answer {
  if (status === 429) {
    const waitMs = retryAfterS > 0 ? retryAfterS * 1_000 : REFUSED_PAUSE_MS;
    return { reason: 'The quota of the key is used up; other sources go on.', waitMs };
  }
  const json = jsonOf(text);
  const refused = ErrorV1.safeParse(json);
  if (refused.success)
    return { reason: `Refused: ${refused.data.message}`, waitMs: REFUSED_PAUSE_MS };
  const page = TransactionsV1.safeParse(json);
  if (status !== 200 || !page.success) {
    return { reason: `It answered with ${status} and nothing that can be read.`, waitMs: null };
  }
  return { rows: page.data.transactions, cursor: page.data.cursor };
}
