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
  /** Since when nothing is heard, epoch ms; null while something is. */
  private deafSince: number | null;

  constructor(
    private readonly redis: RedisSpace,
    private readonly onRevoked: (revocations: readonly Revocation[]) => void,
    private readonly options: { clock: Clock; log: Log },
  ) {
    this.deafSince = options.clock();
    this.subscriber = redis.open();
    this.subscriber.on('ready', () => void this.listen());
    this.subscriber.on('close', () => (this.deafSince ??= options.clock()));
    this.subscriber.on('message', (_, text: string) => this.read(text));
  }

  /** False while something may have been revoked that is not known here. */
  get isHearing(): boolean {
    return this.deafSince === null;
  }

  /** For how long that has been so, milliseconds; 0 while all is known. */
  get deafForMs(): number {
    return this.deafSince === null ? 0 : this.options.clock() - this.deafSince;
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
      if (this.subscriber.status === 'ready') this.deafSince = null;
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
