import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Log } from './log';
import type { RedisSpace } from './redis';
import type { Stop } from './shutdown';
import type { DurableTopic } from './topic';

type Entry = [id: string, fields: string[]];
type Reply = [stream: string, entries: Entry[]][] | null;

export interface Consumption<Event> {
  /** Consumers of one group share the events; every group sees all of them. */
  group: string;
  /** Names this process within the group; its unfinished events come first after a restart. */
  consumer: string;
  /** Must be idempotent: an event can come again. A rejection makes it come again, at most five times. */
  handle: (event: Event) => Promise<void>;
  /** Where given, takes events that wait together, oldest first; after a rejection each goes to `handle` alone. */
  handleAll?: (events: Event[]) => Promise<void>;
}

const BATCH = 100;
const BLOCK_MS = 1_000;
const CLAIM_IDLE_MS = 60_000;
const MOST_TRIES = 5;
const RETRY_DELAY_MS = 200;

/**
 * Durable events over Redis Streams: at least once, in the order of publication.
 * An event that fails five times is moved to `<stream>:dead` so that it does not hold up the rest.
 */
export class DurableEvents {
  constructor(
    private readonly space: RedisSpace,
    private readonly log: Log,
    /** Oldest events beyond about this many per topic are trimmed. */
    private readonly keep = 100_000,
  ) {}

  async append<Event>(topic: DurableTopic<Event>, event: Event): Promise<void> {
    const fields = ['key', topic.key(event), 'event', JSON.stringify(event)];
    await this.space.client.xadd(streamOf(topic.name), 'MAXLEN', '~', this.keep, '*', ...fields);
  }

  /** Starts at the oldest kept event for a new group, and where it left off for a known one. */
  async consume<Event>(topic: DurableTopic<Event>, consumption: Consumption<Event>): Promise<Stop> {
    const connection = this.space.open();
    const ending = new AbortController();
    const { group, consumer } = consumption;
    const stream = this.space.prefix + streamOf(topic.name);
    const reader = new GroupReader(connection, stream, group, consumer);
    await reader.createGroup();
    const running = this.run(reader, topic, consumption, ending.signal);
    return async () => {
      ending.abort();
      connection.disconnect();
      await running;
    };
  }

  /**
   * Every kept event from the oldest on, and then new ones as they come, outside all groups: for
   * state that each process rebuilds for itself. Resolves once the kept events have been handled.
   */
  async follow<Event>(topic: DurableTopic<Event>, handle: (event: Event) => void): Promise<Stop> {
    const connection = this.space.open();
    const ending = new AbortController();
    const reader = new PlainReader(connection, this.space.prefix + streamOf(topic.name));
    const handOver = (entry: Entry): void => this.handOver(topic, entry, handle);
    try {
      for (let kept = await reader.read(); kept.length > 0; kept = await reader.read()) {
        kept.forEach(handOver);
      }
    } catch (err) {
      connection.disconnect();
      throw err;
    }
    const running = this.goOn(reader, topic.name, handOver, ending.signal);
    return async () => {
      ending.abort();
      connection.disconnect();
      await running;
    };
  }

  private async goOn(
    reader: PlainReader,
    topic: string,
    handOver: (entry: Entry) => void,
    signal: AbortSignal,
  ): Promise<void> {
    while (!signal.aborted) {
      try {
        (await reader.read(BLOCK_MS)).forEach(handOver);
      } catch (err) {
        if (signal.aborted) return;
        this.log.warn({ err, topic }, 'durable events interrupted');
        await sleep(RETRY_DELAY_MS);
      }
    }
  }

  private handOver<Event>(
    topic: DurableTopic<Event>,
    [id, fields]: Entry,
    handle: (event: Event) => void,
  ): void {
    try {
      handle(topic.schema.parse(JSON.parse(eventText(fields))));
    } catch (err) {
      this.log.warn({ err, topic: topic.name, id }, 'a durable event was not handled');
    }
  }

  private async run<Event>(
    reader: GroupReader,
    topic: DurableTopic<Event>,
    consumption: Consumption<Event>,
    signal: AbortSignal,
  ): Promise<void> {
    let catchingUp = true;
    while (!signal.aborted) {
      try {
        const entries: Entry[] = catchingUp
          ? await reader.readUnfinished()
          : await reader.readNew();
        catchingUp &&= entries.length > 0;
        if (await this.settleTogether(topic, consumption, entries)) continue;
        for (const entry of entries) {
          if (!signal.aborted) await this.settle(topic, consumption, entry, signal);
        }
      } catch (err) {
        if (signal.aborted) return;
        this.log.warn({ err, topic: topic.name }, 'durable events interrupted');
        catchingUp = true;
        await sleep(RETRY_DELAY_MS);
        await reader.createGroup().catch(() => undefined);
      }
    }
  }

  /** True where all of them were handled at once. */
  private async settleTogether<Event>(
    topic: DurableTopic<Event>,
    { group, handleAll }: Consumption<Event>,
    entries: readonly Entry[],
  ): Promise<boolean> {
    if (!handleAll || entries.length < 2) return false;
    try {
      await handleAll(
        entries.map(([, fields]) => topic.schema.parse(JSON.parse(eventText(fields)))),
      );
    } catch (err) {
      this.log.warn({ err, topic: topic.name }, 'durable events are handled one by one');
      return false;
    }
    await this.space.client.xack(streamOf(topic.name), group, ...entries.map(([id]) => id));
    return true;
  }

  private async settle<Event>(
    topic: DurableTopic<Event>,
    { group, handle }: Consumption<Event>,
    [id, fields]: Entry,
    signal: AbortSignal,
  ): Promise<void> {
    const redis = this.space.client;
    const stream = streamOf(topic.name);
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        await handle(topic.schema.parse(JSON.parse(eventText(fields))));
        await redis.xack(stream, group, id);
        return;
      } catch (err) {
        this.log.warn({ err, stream, id, attempt }, 'a durable event was not handled');
        if (attempt === MOST_TRIES) break;
        await sleep(RETRY_DELAY_MS * attempt);
      }
    }
    if (signal.aborted) return;
    await redis.xadd(`${stream}:dead`, 'MAXLEN', '~', this.keep, '*', ...fields);
    await redis.xack(stream, group, id);
  }
}

/** Reads one stream as one consumer of a group. */
class GroupReader {
  constructor(
    private readonly redis: Redis,
    private readonly stream: string,
    private readonly group: string,
    private readonly consumer: string,
  ) {}

  async createGroup(): Promise<void> {
    try {
      await this.redis.xgroup('CREATE', this.stream, this.group, '0', 'MKSTREAM');
    } catch (err) {
      if (!(err instanceof Error && err.message.startsWith('BUSYGROUP'))) throw err;
    }
  }

  /** What this consumer left undone, with what consumers that are gone for a minute left. */
  async readUnfinished(): Promise<Entry[]> {
    const { redis, stream, group, consumer } = this;
    await redis.xautoclaim(stream, group, consumer, CLAIM_IDLE_MS, '0', 'COUNT', BATCH);
    const read = ['GROUP', group, consumer, 'COUNT', BATCH, 'STREAMS', stream, '0'] as const;
    return entriesOf((await redis.xreadgroup(...read)) as Reply);
  }

  async readNew(): Promise<Entry[]> {
    const { redis, stream, group, consumer } = this;
    return entriesOf(
      (await redis.xreadgroup(
        ...(['GROUP', group, consumer, 'COUNT', BATCH, 'BLOCK', BLOCK_MS] as const),
        ...(['STREAMS', stream, '>'] as const),
      )) as Reply,
    );
  }
}

/** Reads one stream from its oldest kept event on. */
class PlainReader {
  private last = '0';

  constructor(
    private readonly redis: Redis,
    private readonly stream: string,
  ) {}

  /** The next events; waits up to `blockMs` for one where given. */
  async read(blockMs?: number): Promise<Entry[]> {
    const { redis, stream, last } = this;
    const reply = await (blockMs === undefined
      ? redis.xread('COUNT', BATCH, 'STREAMS', stream, last)
      : redis.xread('COUNT', BATCH, 'BLOCK', blockMs, 'STREAMS', stream, last));
    const entries = entriesOf(reply as Reply);
    this.last = entries.at(-1)?.[0] ?? last;
    return entries;
  }
}

const streamOf = (topic: string): string => `stream:${topic}`;

const eventText = (fields: readonly string[]): string => fields[fields.indexOf('event') + 1] ?? '';

const entriesOf = (reply: Reply): Entry[] => reply?.[0]?.[1] ?? [];
