import { splitStamp } from '@spyhop/platform/frame-file';
import { z } from 'zod';
import { BINANCE_PRINTS } from '../binance/prints-source';
import { BulkFileError, linesOf } from '../bulk/file';
import { jsonOf } from '../json';
import { type Followed, RecordedEvent, RpcAnswer, RpcRequest, rpcQuestion } from './wire';

/** What a question came to; without a status there was no answer. Over a connection it has none of its own. */
export interface RecordedAnswer {
  status: number | null;
  text: string;
}

/** Something that a recording can play, at its time, epoch ms with a fraction. */
export type Happening = { at: number; source: string } & (
  | { kind: 'open' | 'close'; line: number }
  | { kind: 'frame'; line: number; text: string }
  | { kind: 'answer'; question: string; askedAt: number; answer: RecordedAnswer }
);

/** Takes what is wrong in a file; lines are numbered from 1. */
export type OnFault = (line: number, fault: string) => void;

/** A file of what sources have heard. */
export interface Recording {
  readonly path: string;
  readonly followed: Followed;
  /** Epoch ms with a fraction. */
  readonly firstAt: number;
  /** In the order of the file. A fault costs its line, or the rest of a damaged file. */
  read(onFault: OnFault): AsyncGenerator<Happening>;
}

/** Lines in which a recorder may say something of its own, before the first that has a time. */
const MOST_BEFORE = 3;
/** So many are looked at to know what a file holds. */
const LOOK_AHEAD_LINES = 1_000;
/** Begins like that. */
const OF_TRADES = /^\{"stream":"[^"]*@(aggTrade|blockTrade)"/;
/** Frames of the exchange as market records them, without a word on what was followed. */
const ONLY_PRINTS: Followed = {
  ...{ whaleAlert: false, bitcoin: null, evmChains: [] },
  prints: { symbols: [] },
};
const RPC_STATUS = 200;
const BareFrame = z.object({ stream: z.string() });
/** The one connection of such a file. */
const ONLY = { source: BINANCE_PRINTS, line: 0 };
/** Questions that wait for their answer; of the oldest it is not looked for any more. */
const MOST_ASKED = 10_000;

/** Null where the file is no recording of whales, or of the trades that are large among them. */
export async function openRecording(path: string): Promise<Recording | null> {
  const read: Recording['read'] = (onFault) => new Reader(path, onFault).read();
  let firstAt: number | null = null;
  try {
    for await (const { number, line } of linesOf(path, () => undefined)) {
      const stamped = splitStamp(line);
      if (stamped === null && number < MOST_BEFORE) continue;
      if (stamped === null || number > LOOK_AHEAD_LINES) break;
      firstAt ??= stamped.at;
      const event = RecordedEvent.safeParse(jsonOf(stamped.text)).data;
      if (event?.did === 'begin') return { path, firstAt, followed: event.followed, read };
      if (OF_TRADES.test(stamped.text)) return { path, firstAt, followed: ONLY_PRINTS, read };
    }
  } catch (err) {
    if (!(err instanceof BulkFileError)) throw err;
  }
  return null;
}

class Reader {
  /** What was asked on a connection by a number. */
  private readonly asked = new Map<string, { question: string; askedAt: number }>();
  private hasOnly = false;
  private number = 0;

  constructor(
    private readonly path: string,
    private readonly onFault: OnFault,
  ) {}

  async *read(): AsyncGenerator<Happening> {
    try {
      for await (const { number, line } of linesOf(this.path, () => undefined)) {
        this.number = number;
        const stamped = splitStamp(line);
        if (stamped === null) this.fault('it does not begin with a time and an event');
        else yield* this.happeningsOf(stamped.at, stamped.text);
      }
    } catch (err) {
      if (!(err instanceof BulkFileError)) throw err;
      this.number += 1;
      this.fault(`${err.message}; the rest of this file is lost`);
    }
  }

  private *happeningsOf(at: number, text: string): Generator<Happening> {
    const json = jsonOf(text);
    const event = RecordedEvent.safeParse(json).data;
    if (event !== undefined) yield* this.happeningOf(at, event);
    else if (BareFrame.safeParse(json).success) yield* this.bareFrame(at, text);
    else
      this.fault(json === null ? 'it is no JSON, or cut short' : 'it is no event of a recording');
  }

  private *happeningOf(at: number, event: RecordedEvent): Generator<Happening> {
    switch (event.did) {
      case 'begin':
        return;
      case 'send':
        return this.noteRequest(at, event);
      case 'open':
      case 'close':
        return yield { at, kind: event.did, source: event.source, line: event.line };
      case 'hear':
        return yield* this.heard(at, event);
      case 'ask': {
        const { source, path: question, tookMs, status, text } = event;
        const askedAt = at - tookMs;
        return yield { at, kind: 'answer', source, question, askedAt, answer: { status, text } };
      }
    }
  }

  private noteRequest(askedAt: number, { line, text }: { line: number; text: string }): void {
    const request = RpcRequest.safeParse(jsonOf(text)).data;
    if (request === undefined) return;
    this.asked.set(`${line} ${request.id}`, { question: rpcQuestion(request), askedAt });
    const [oldest] = this.asked.keys();
    if (this.asked.size > MOST_ASKED && oldest !== undefined) this.asked.delete(oldest);
  }

  private *heard(
    at: number,
    { source, line, text }: { source: string; line: number; text: string },
  ): Generator<Happening> {
    const message = RpcAnswer.safeParse(jsonOf(text)).data;
    if (message === undefined) return yield { at, kind: 'frame', source, line, text };
    const asked = this.asked.get(`${line} ${message.id}`);
    this.asked.delete(`${line} ${message.id}`);
    if (asked === undefined) return this.fault('it answers what is not recorded as asked');
    yield { at, kind: 'answer', source, ...asked, answer: { status: RPC_STATUS, text } };
  }

  private *bareFrame(at: number, text: string): Generator<Happening> {
    if (!this.hasOnly) yield { at, kind: 'open', ...ONLY };
    this.hasOnly = true;
    yield { at, kind: 'frame', ...ONLY, text };
  }

  private fault(fault: string): void {
    this.onFault(this.number, fault);
  }
}
