import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Answer, Cancel, Outside, Question, Socket } from '../outside';
import type { Happening, RecordedAnswer } from '../recording/read';
import { KeptAnswers } from './kept-answers';
import { PlayedSocket } from './played-socket';

export interface PlaybackOptions {
  /** When the recording begins, epoch ms. */
  firstAt: number;
  happenings: AsyncGenerator<Happening>;
  /** Resolves when the recording has come to a time of its own, epoch ms. */
  until: (at: number) => Promise<void>;
  /** Takes a question that the recording has no answer to. */
  onUnanswered: (source: string, question: string) => void;
}

/** How far is looked ahead for the answer to a question, and how many events at most. */
const AHEAD_MS = 20_000;
const MOST_AHEAD = 10_000;
/** How much earlier than when it was recorded a question may be asked that has another answer already, in ms. */
const EARLY_MS = 500;
/**
 * Frames of a connection that come within so many ms arrive as one: who listens has heard all of them before it asks
 * anything. Otherwise it would ask more than was recorded, and be held up until a later question is answered.
 */
const TOGETHER_MS = 10;
/** What still moves after the last event has its time. */
const AFTER_END_MS = 5_000;
/** Of a longer silence, as of a machine that was asleep, only so much passes for the sources, in ms. */
const LONGEST_SILENCE_MS = 600_000;

/** Told in the place of an answer that is not there: nothing that could be taken for one. */
const NOTHING: Answer = { status: 200, text: 'null' };

interface Timer {
  due: number;
  run: () => void;
}

/**
 * Stands in for the world while a recording is played. Time is the recording's: it goes from event to event, and on
 * only when whoever listens has done with the one before, so that the same is seen at any speed. A question waits for
 * the time of its recorded answer, or gets the newest that there was.
 */
export class Playback implements Outside {
  private now: number;
  private readonly timers = new Set<Timer>();
  private readonly ahead: Happening[] = [];
  private hasMore = true;
  /** Sockets that are not open yet, oldest first; and those that are, by their connection. */
  private readonly waiting: PlayedSocket[] = [];
  private readonly open = new Map<number, PlayedSocket>();
  /** Connections that were open before anybody wanted them. */
  private readonly unclaimed: { source: string; line: number }[] = [];
  private readonly answers = new KeptAnswers();
  private readonly asking = new Map<string, ((answer: RecordedAnswer) => void)[]>();
  /** Grows with all that a source does. */
  private activity = 0;
  private readonly held = new Set<Promise<unknown>>();

  constructor(private readonly options: PlaybackOptions) {
    this.now = options.firstAt;
  }

  /** In whole ms, as any clock has it; recorded times may be finer. */
  readonly clock = (): number => Math.floor(this.now);

  /** Plays all, and resolves when it is over or the signal aborts. */
  async play(signal: AbortSignal): Promise<void> {
    try {
      for (let next = await this.next(); next && !signal.aborted; next = await this.next()) {
        await this.passTo(next.at, signal);
        if (signal.aborted) return;
        this.happenWith(next);
        await this.settle();
      }
      if (!signal.aborted) await this.passTo(this.now + AFTER_END_MS, signal);
    } finally {
      await this.options.happenings.return(undefined);
    }
  }

  /** Has the playback wait until a source has handed over what it has seen. */
  hold<Value>(work: Promise<Value>): Promise<Value> {
    this.activity += 1;
    const held = work
      .catch(() => undefined)
      .then(() => {
        this.held.delete(held);
      });
    this.held.add(held);
    return work;
  }

  connect(source: string): Socket {
    this.activity += 1;
    const socket: PlayedSocket = new PlayedSocket(source, {
      ask: (question) => this.ask(source, question),
      left: () => this.leave(socket),
    });
    this.waiting.push(socket);
    const early = this.unclaimed.findIndex((each) => each.source === source);
    const [claimed] = early < 0 ? [] : this.unclaimed.splice(early, 1);
    // Nobody listens to it yet.
    if (claimed) queueMicrotask(() => this.opened(claimed.source, claimed.line));
    return socket;
  }

  get(source: string, { path, signal }: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const end = (): void => reject(new Error('the replay has ended'));
      signal.addEventListener('abort', end, { once: true });
      void this.ask(source, path).then((answer) => {
        signal.removeEventListener('abort', end);
        if (answer === null) resolve(NOTHING);
        else if (answer.status === null) reject(new Error('there was no answer'));
        else resolve({ status: answer.status, text: answer.text });
      });
    });
  }

  after(ms: number, run: () => void): Cancel {
    this.activity += 1;
    const timer = { due: this.now + Math.max(ms, 1), run };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  }

  every(ms: number, run: () => void): Cancel {
    let cancel: Cancel = () => undefined;
    const arm = (): void => {
      cancel = this.after(ms, () => {
        arm();
        run();
      });
    };
    arm();
    return () => cancel();
  }

  pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const end = (): void => {
        cancel();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = this.after(ms, end);
      signal.addEventListener('abort', end, { once: true });
    });
  }

  /** The next event, with those soon after it at hand. */
  private async next(): Promise<Happening | undefined> {
    while (this.hasMore && this.ahead.length < MOST_AHEAD) {
      const [first, last] = [this.ahead[0], this.ahead.at(-1)];
      if (first && last && last.at > Math.max(this.now, first.at) + AHEAD_MS) break;
      const { done, value } = await this.options.happenings.next();
      if (done === true) this.hasMore = false;
      else this.ahead.push(value);
    }
    return this.ahead[0];
  }

  /** On to a time, by way of all that is due before it. */
  private async passTo(at: number, signal: AbortSignal): Promise<void> {
    this.now = Math.max(this.now, at - LONGEST_SILENCE_MS);
    for (let timer = this.due(at); timer && !signal.aborted; timer = this.due(at)) {
      await this.options.until(timer.due);
      this.now = Math.max(this.now, timer.due);
      this.timers.delete(timer);
      timer.run();
      await this.settle();
    }
    await this.options.until(at);
    this.now = Math.max(this.now, at);
  }

  private due(at: number): Timer | null {
    let first: Timer | null = null;
    for (const timer of this.timers) {
      if (timer.due <= at && (first === null || timer.due < first.due)) first = timer;
    }
    return first;
  }

  /** A happening and what was heard with it. */
  private happenWith(first: Happening): void {
    let next: Happening | undefined = first;
    do {
      this.ahead.shift();
      this.now = Math.max(this.now, next.at);
      this.happen(next);
      next = this.ahead[0];
    } while (next && isHeardWith(first, next));
  }

  private happen(happening: Happening): void {
    const { source } = happening;
    switch (happening.kind) {
      case 'open':
        return this.opened(source, happening.line);
      case 'frame':
        return this.open.get(happening.line)?.heard(happening.text);
      case 'close':
        return this.closed(source, happening.line);
      case 'answer':
        return this.answered(keyOf(source, happening.question), happening.answer);
    }
  }

  private opened(source: string, line: number): void {
    const socket = this.takeWaiting(source);
    if (socket === undefined) return void this.unclaimed.push({ source, line });
    this.open.set(line, socket);
    socket.opened();
  }

  private closed(source: string, line: number): void {
    const early = this.unclaimed.findIndex((each) => each.line === line);
    if (early >= 0) return void this.unclaimed.splice(early, 1);
    const socket = this.open.get(line);
    this.open.delete(line);
    if (socket) socket.closed();
    else this.takeWaiting(source)?.refused();
  }

  private takeWaiting(source: string): PlayedSocket | undefined {
    const index = this.waiting.findIndex((each) => each.source === source);
    return index < 0 ? undefined : this.waiting.splice(index, 1)[0];
  }

  private leave(socket: PlayedSocket): void {
    this.activity += 1;
    const index = this.waiting.indexOf(socket);
    if (index >= 0) this.waiting.splice(index, 1);
    for (const [line, each] of this.open) if (each === socket) this.open.delete(line);
  }

  /** Null where there is no answer. */
  private ask(source: string, question: string): Promise<RecordedAnswer | null> {
    this.activity += 1;
    const key = keyOf(source, question);
    const answer = this.answers.get(key);
    if (this.comes(key, answer === null ? AHEAD_MS : EARLY_MS)) {
      return new Promise((resolve) =>
        this.asking.set(key, [...(this.asking.get(key) ?? []), resolve]),
      );
    }
    if (answer === null) this.options.onUnanswered(source, question);
    return Promise.resolve(answer);
  }

  /** Whether the question was asked again before so long, in ms, and answered. */
  private comes(key: string, withinMs: number): boolean {
    return this.ahead.some(
      (each) =>
        each.kind === 'answer' &&
        each.askedAt <= this.now + withinMs &&
        keyOf(each.source, each.question) === key,
    );
  }

  private answered(key: string, answer: RecordedAnswer): void {
    this.answers.keep(key, answer);
    for (const resolve of this.asking.get(key) ?? []) resolve(answer);
    this.asking.delete(key);
  }

  /** Resolves once nothing moves any more before time goes on. */
  private async settle(): Promise<void> {
    for (let before = -1; before !== this.activity;) {
      before = this.activity;
      await Promise.all(this.held);
      await nextTurn();
    }
  }
}

const isHeardWith = (first: Happening, next: Happening): boolean =>
  first.kind === 'frame' &&
  next.kind === 'frame' &&
  next.line === first.line &&
  next.at - first.at <= TOGETHER_MS;

const keyOf = (source: string, question: string): string => `${source} ${question}`;
