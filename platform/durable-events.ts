import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Log } from './log';
import type { RedisSpace } from './redis';
import type { Stop } from './shutdown';
import type { DurableTopic } from './topics';

type Entry = [id: string, fields: string[]];
type Reply = [stream: string, entries: Entry[]][] | null;

interface Reader {
  /** Consumers of one group share the events; every group sees all of them. */
  group: string;
  /** Names this process within the group; its unfinished events come first after a restart. */
  consumer: string;
}

export interface Consumption<Event> extends Reader {
  /** Must be idempotent: an event can come again. A rejection makes it come again, at most five times. */
  handle: (event: Event) => Promise<void>;
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
    await this.space.client.xadd(streamOf(topic), 'MAXLEN', '~', this.keep, '*', ...fields);
  }

  /** Starts at the oldest kept event for a new group, and where it left off for a known one. */
  async consume<Event>(topic: DurableTopic<Event>, consumption: Consumption<Event>): Promise<Stop> {
    const connection = this.space.open();
    const ending = new AbortController();
    const stream = this.space.prefix + streamOf(topic);
    await createGroup(connection, stream, consumption.group);
    const running = this.run(connection, stream, topic, consumption, ending.signal);
    return async () => {
      ending.abort();
      connection.disconnect();
      await running;
    };
  }

  private async run<Event>(
    connection: Redis,
    stream: string,
    topic: DurableTopic<Event>,
    consumption: Consumption<Event>,
    signal: AbortSignal,
  ): Promise<void> {
    let ownUnfinished = true;
    while (!signal.aborted) {
      try {
        const entries = ownUnfinished
          ? await readUnfinished(connection, stream, consumption)
          : await readNew(connection, stream, consumption);
        if (entries.length === 0) ownUnfinished = false;
        for (const entry of entries) {
          if (signal.aborted) return;
          await this.settle(connection, stream, topic, consumption, entry, signal);
        }
      } catch (err) {
        if (signal.aborted) return;
        this.log.warn({ err, stream }, 'durable events interrupted');
        ownUnfinished = true;
        await createGroup(connection, stream, consumption.group).catch(() => undefined);
        await sleep(RETRY_DELAY_MS);
      }
    }
  }

  private async settle<Event>(
    connection: Redis,
    stream: string,
    topic: DurableTopic<Event>,
    consumption: Consumption<Event>,
    [id, fields]: Entry,
    signal: AbortSignal,
  ): Promise<void> {
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        await consumption.handle(topic.schema.parse(JSON.parse(eventText(fields))));
        break;
      } catch (err) {
        this.log.warn({ err, stream, id, attempt }, 'a durable event was not handled');
        if (attempt >= MOST_TRIES) {
          await connection.xadd(`${stream}:dead`, 'MAXLEN', '~', this.keep, '*', ...fields);
          break;
        }
        await sleep(RETRY_DELAY_MS * attempt);
      }
    }
    if (!signal.aborted) await connection.xack(stream, consumption.group, id);
  }
}

const streamOf = (topic: { readonly name: string }): string => `stream:${topic.name}`;

const eventText = (fields: readonly string[]): string => fields[fields.indexOf('event') + 1] ?? '';

async function createGroup(redis: Redis, stream: string, group: string): Promise<void> {
  try {
    await redis.xgroup('CREATE', stream, group, '0', 'MKSTREAM');
  } catch (err) {
    if (!(err instanceof Error && err.message.startsWith('BUSYGROUP'))) throw err;
  }
}

async function readUnfinished(
  redis: Redis,
  stream: string,
  { group, consumer }: Reader,
): Promise<Entry[]> {
  await redis.xautoclaim(stream, group, consumer, CLAIM_IDLE_MS, '0', 'COUNT', BATCH);
  const reply = (await redis.xreadgroup(
    'GROUP',
    group,
    consumer,
    'COUNT',
    BATCH,
    'STREAMS',
    stream,
    '0',
  )) as Reply;
  return entriesOf(reply);
}

async function readNew(
  redis: Redis,
  stream: string,
  { group, consumer }: Reader,
): Promise<Entry[]> {
  const reply = (await redis.xreadgroup(
    'GROUP',
    group,
    consumer,
    'COUNT',
    BATCH,
    'BLOCK',
    BLOCK_MS,
    'STREAMS',
    stream,
    '>',
  )) as Reply;
  return entriesOf(reply);
}

const entriesOf = (reply: Reply): Entry[] => reply?.[0]?.[1] ?? [];
