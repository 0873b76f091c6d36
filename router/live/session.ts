import type { Clock } from '@spyhop/platform/clock';
import { SpyhopError } from '@spyhop/platform/errors';
import type { Identity } from '@spyhop/platform/identity';
import type { ClientHeaders } from '../guard/header-rules';

/** What timers can wait at most, in milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Who is at the other end of a connection, and until when; a new token may take the place of an old one. */
export class Session {
  private readonly listeners = new Set<() => void>();
  private readonly renewalListeners = new Set<() => void>();
  private timer: NodeJS.Timeout | undefined;
  private isEnded = false;

  constructor(
    private current: Identity | null,
    private readonly clock: Clock,
    /** The network address at that end. */
    readonly address: string,
    private passedOn: ClientHeaders | null,
  ) {}

  get identity(): Identity | null {
    return this.current;
  }

  /** Who asks now. Throws UNAUTHENTICATED where that has ended. */
  asker(): Identity | null {
    const { current } = this;
    if (!this.isEnded && (current?.expiresAt ?? Infinity) > this.clock()) return current;
    throw new SpyhopError('UNAUTHENTICATED', 'The identity of this connection has ended.');
  }

  /** The identity has ended before its time. */
  end(): void {
    this.isEnded = true;
    this.forget();
    for (const listener of [...this.listeners]) listener();
  }

  /** What subgraphs may get of the client's headers. */
  get headers(): ClientHeaders | null {
    return this.passedOn;
  }

  /** The same identity holds on, and what is asked from here on is asked with the new headers. */
  renew(identity: Identity | null, headers: ClientHeaders | null): void {
    this.current = identity;
    if (headers) this.passedOn = { ...this.passedOn, ...headers };
    this.watch();
    for (const listener of [...this.renewalListeners]) listener();
  }

  /** Calls back after each renewal. Returns how to call that off. */
  onRenewed(listener: () => void): () => void {
    this.renewalListeners.add(listener);
    return () => void this.renewalListeners.delete(listener);
  }

  /** Calls back once when the identity has ended. Returns how to call that off. */
  onExpired(listener: () => void): () => void {
    this.listeners.add(listener);
    if (this.timer === undefined) this.watch();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.forget();
    };
  }

  private watch(): void {
    this.forget();
    const expiresAt = this.current?.expiresAt ?? null;
    if (expiresAt === null || this.listeners.size === 0) return;
    const wait = Math.min(Math.max(expiresAt - this.clock(), 0), LONGEST_TIMER_MS);
    this.timer = setTimeout(() => {
      if (this.clock() < expiresAt) return this.watch();
      this.timer = undefined;
      for (const listener of [...this.listeners]) listener();
    }, wait);
  }

  private forget(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
