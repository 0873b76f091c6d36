import {
  CACHE_EPOCH_KEY,
  invalidationChannel,
  readInvalidation,
} from '@spyhop/platform/cache-invalidation';
import type { Log } from '@spyhop/platform/log';
import type { RedisSpace } from '@spyhop/platform/redis';
import type { Redis } from 'ioredis';

interface Heard {
  onTags(tags: readonly string[]): void;
  /** Some invalidations may have been missed. */
  onGap(): void;
}

/** Hears what subgraphs invalidate, for as long as Redis is there. */
export class InvalidationListener {
  private readonly subscriber: Redis;
  private heardEpoch: string | null = null;
  private startsEpoch = false;
  private attempts = 0;

  constructor(
    private readonly redis: RedisSpace,
    private readonly heard: Heard,
    private readonly log: Log,
  ) {
    this.subscriber = redis.open();
    this.subscriber.on('ready', () => void this.listen());
    this.subscriber.on('close', () => this.lose());
    this.subscriber.on('message', (_, text: string) => this.read(text));
  }

  /** What Redis keeps may be used within one epoch only, and not at all while null: nobody says what has changed. */
  get epoch(): string | null {
    return this.heardEpoch;
  }

  /** Gives up what Redis keeps: something in it was invalidated and could not be removed. */
  startEpoch(): void {
    this.startsEpoch = true;
    this.lose();
    this.subscriber.disconnect(true);
  }

  close(): void {
    this.lose();
    this.subscriber.disconnect();
  }

  private lose(): void {
    this.attempts += 1;
    this.heardEpoch = null;
  }

  private async listen(): Promise<void> {
    const attempt = this.attempts;
    try {
      await this.subscriber.subscribe(invalidationChannel(this.redis));
      // Only now: what is published from here on is heard, and what was before has been counted.
      const epoch = await this.readEpoch();
      if (attempt !== this.attempts) return;
      this.startsEpoch = false;
      this.heard.onGap();
      this.heardEpoch = epoch;
    } catch (err) {
      if (attempt !== this.attempts) return;
      this.log.warn({ err }, 'cache invalidations are not heard');
      this.subscriber.disconnect(true);
    }
  }

  private async readEpoch(): Promise<string> {
    const { client } = this.redis;
    if (this.startsEpoch) return String(await client.incr(CACHE_EPOCH_KEY));
    return (await client.get(CACHE_EPOCH_KEY)) ?? '0';
  }

  private read(text: string): void {
    try {
      this.heard.onTags(readInvalidation(text));
    } catch (err) {
      this.log.warn({ err }, 'a cache invalidation cannot be read');
    }
  }
}
