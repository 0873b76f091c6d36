import { RedisPubSub } from 'graphql-redis-subscriptions';
import type { Redis } from 'ioredis';
import type { Log } from './log';
import { Mailbox, type MailboxPolicy } from './mailbox';
import type { RedisSpace } from './redis';
import type { LiveTopic } from './topic';
import { writeTogether } from './write-together';

/** Live events over Redis pub/sub: the newest wins, and what a reader misses while away is gone. */
export class LiveEvents {
  private readonly engine: RedisPubSub;
  private readonly publisher: Redis;
  private readonly topics = new Map<string, LiveTopic<unknown>>();
  private readonly resumed = new Set<() => void>();

  constructor(
    private readonly space: RedisSpace,
    private readonly log: Log,
  ) {
    const subscriber = space.open();
    this.publisher = space.open();
    this.engine = new RedisPubSub({
      publisher: this.publisher,
      subscriber,
      deserializer: (source, context) => this.parse(String(source), context?.channel ?? ''),
    });
    this.notifyOnResume(subscriber);
  }

  publish<Event>(topic: LiveTopic<Event>, event: Event): Promise<void> {
    if (this.publisher.status === 'ready') writeTogether(this.publisher.stream);
    return this.engine.publish(this.space.channel(topic.name, topic.key(event)), event);
  }

  /** Resolves once Redis has confirmed every channel; the iterator's `return` leaves them. */
  async subscribe<Event>(
    topic: LiveTopic<Event>,
    keys: readonly string[],
    policy: MailboxPolicy,
  ): Promise<AsyncIterableIterator<Event>> {
    this.topics.set(topic.name, topic as LiveTopic<unknown>);
    let ids: readonly number[] = [];
    const mailbox = new Mailbox<Event>(policy, topic.key, () => this.leave(ids));
    const deliver = (event: Event | null): void => {
      if (event !== null) mailbox.push(event);
    };
    const channels = [...new Set(keys)].map((key) => this.space.channel(topic.name, key));
    ids = await this.enter(channels, deliver);
    return mailbox;
  }

  /** Calls back whenever the subscriptions are in place again after Redis was away: events may have been missed. */
  onResumed(listener: () => void): () => void {
    this.resumed.add(listener);
    return () => this.resumed.delete(listener);
  }

  async close(): Promise<void> {
    this.engine.getSubscriber().disconnect();
    this.engine.getPublisher().disconnect();
  }

  /** All of the channels, in one round trip, or none. */
  private async enter<Event>(
    channels: readonly string[],
    deliver: (event: Event | null) => void,
  ): Promise<number[]> {
    const entered = await Promise.allSettled(
      channels.map((channel) => this.engine.subscribe(channel, deliver)),
    );
    const ids = entered.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const failed = entered.find((each) => each.status === 'rejected');
    if (failed === undefined) return ids;
    this.leave(ids);
    throw failed.reason;
  }

  private leave(ids: readonly number[]): void {
    for (const id of ids) this.engine.unsubscribe(id);
  }

  private parse(source: string, channel: string): unknown {
    const name = channel.slice(this.space.prefix.length).split(':', 1)[0] ?? '';
    try {
      return this.topics.get(name)?.schema.parse(JSON.parse(source)) ?? null;
    } catch (err) {
      this.log.warn({ err, channel }, 'an event does not fit its topic');
      return null;
    }
  }

  private notifyOnResume(subscriber: ReturnType<RedisSpace['open']>): void {
    let wasAway = false;
    subscriber.on('close', () => (wasAway = true));
    subscriber.on('ready', () => {
      if (!wasAway) return;
      wasAway = false;
      for (const listener of this.resumed) listener();
    });
  }
}
