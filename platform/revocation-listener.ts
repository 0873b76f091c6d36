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

/** How often Redis is asked whether it is still there, and how long it may take to answer, milliseconds. */
const ASK_EVERY_MS = 5_000;
const ANSWER_WITHIN_MS = 5_000;

/** Hears what is revoked, and catches up on what was while it could not hear. */
export class RevocationListener {
  private readonly subscriber: Redis;
  /** Since when nothing is heard, epoch ms; null while something is. */
  private deafSince: number | null;
  private readonly asking: NodeJS.Timeout;

  constructor(
    private readonly redis: RedisSpace,
    private readonly onRevoked: (revocations: readonly Revocation[]) => void,
    private readonly options: { clock: Clock; log: Log },
  ) {
    this.deafSince = options.clock();
    this.subscriber = redis.open({ socketTimeout: ANSWER_WITHIN_MS });
    this.subscriber.on('ready', () => void this.listen());
    this.subscriber.on('close', () => (this.deafSince ??= options.clock()));
    this.subscriber.on('message', (_, text: string) => this.read(text));
    this.asking = setInterval(() => this.ask(), ASK_EVERY_MS);
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
    clearInterval(this.asking);
    this.subscriber.disconnect();
  }

  /** A network that swallows packets closes nothing: a connection on which nothing is answered is given up. */
  private ask(): void {
    // That it is not answered is said by the connection.
    if (this.isHearing) this.subscriber.ping().catch(() => undefined);
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
