import type { Clock } from './clock';
import {
  type Revocation,
  readRevocation,
  revocationChannel,
  revocationsInForce,
} from './identity-revocation';
import type { Log } from './log';
import type { RedisSpace } from './redis';
import type { Redis } from 'ioredis';

/** Hears what is revoked, and catches up on what was while it could not hear. */
export class RevocationListener {
  private readonly subscriber: Redis;
  private hears = false;

  constructor(
    private readonly redis: RedisSpace,
    private readonly onRevoked: (revocations: readonly Revocation[]) => void,
    private readonly options: { clock: Clock; log: Log },
  ) {
    this.subscriber = redis.open();
    this.subscriber.on('ready', () => void this.listen());
    this.subscriber.on('close', () => (this.hears = false));
    this.subscriber.on('message', (_, text: string) => this.read(text));
  }

  /** False while something may have been revoked that is not known here. */
  get isHearing(): boolean {
    return this.hears;
  }

  close(): void {
    this.subscriber.disconnect();
  }

  private async listen(): Promise<void> {
    const { clock, log } = this.options;
    try {
      await this.subscriber.subscribe(revocationChannel(this.redis));
      // Only now: what is told from here on is heard, and what was before has been kept.
      this.onRevoked(await revocationsInForce(this.redis, clock()));
      this.hears = this.subscriber.status === 'ready';
    } catch (err) {
      log.warn({ err }, 'revocations are not heard');
      this.subscriber.disconnect(true);
    }
  }

  private read(text: string): void {
    try {
      this.onRevoked([readRevocation(text)]);
    } catch (err) {
      this.options.log.warn({ err }, 'a revocation cannot be read');
    }
  }
}
