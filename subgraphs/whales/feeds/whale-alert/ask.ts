import { Agent, type Dispatcher, request } from 'undici';
import { exactJsonOf } from '../json';
import type { Sink } from '../source';

const ANSWER_TIMEOUT_MS = 15_000;

/** Works with connections of its own, which are closed after; larger answers are no answers. */
export async function withAgent<Result>(
  largestBodyBytes: number,
  work: (agent: Agent) => Promise<Result>,
): Promise<Result> {
  const agent = new Agent({
    ...{ headersTimeout: ANSWER_TIMEOUT_MS, bodyTimeout: ANSWER_TIMEOUT_MS },
    maxResponseSize: largestBodyBytes,
  });
  try {
    return await work(agent);
  } finally {
    await agent.destroy();
  }
}

/** What a request came to. */
export interface Reply {
  status: number;
  /** Null where it is no JSON. */
  json: unknown;
  /** How long it asks to be left alone, in ms; null where it does not say. */
  waitMs: number | null;
}

/** Asks once; resolves to a sentence for people where there is no answer. */
export async function ask(
  url: string,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<Reply | string> {
  try {
    const { statusCode, headers, body } = await request(url, { dispatcher, signal });
    const seconds = Number(headers['retry-after']);
    const json = exactJsonOf(await body.text());
    return { status: statusCode, json, waitMs: seconds > 0 ? seconds * 1_000 : null };
  } catch (err) {
    // The address has the key in it: of the error only its code is told.
    const code = (err as { code?: unknown }).code;
    return `No answer (${typeof code === 'string' ? code : 'unknown'}).`;
  }
}

export const QUOTA_USED_UP = 'The quota of the key is used up; other sources go on.';

/** Why nothing is to be had for now. */
export class Refused extends Error {
  override readonly name = 'Refused';
  /** For how long, in ms; null for the usual pause. */
  readonly waitMs: number | null;
  /** The key's plan has no more calls. */
  readonly isUsedUp: boolean;
  /** The key is not let in: to ask again says nothing else. */
  readonly isForGood: boolean;

  constructor(
    message: string,
    why: { waitMs: number | null; isUsedUp?: boolean; isForGood?: boolean },
  ) {
    super(message);
    this.waitMs = why.waitMs;
    this.isUsedUp = why.isUsedUp ?? false;
    this.isForGood = why.isForGood ?? false;
  }

  tell(sink: Pick<Sink, 'disconnected'>): void {
    sink.disconnected(this.message, this.isUsedUp ? 'USED_UP' : undefined);
  }
}

/** How long a host that refuses us is left alone where it does not say, in ms. */
export const REFUSED_PAUSE_MS = 60_000;
