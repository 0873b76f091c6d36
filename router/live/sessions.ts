import type { Identity } from '@spyhop/platform/identity';
import type { Session } from './session';

/** Revocations that come together are looked at together: there may be very many sessions. */
const TOGETHER_MS = 50;

/** The sessions that go on for a while, so that they can be ended when their identities are revoked. */
export class Sessions {
  private readonly open = new Map<Session, () => void>();

  private soon: NodeJS.Timeout | undefined;

  constructor(private readonly isRevoked: (identity: Identity) => boolean) {}

  /** `onRevoked` is called once, after what runs in the session's name has been ended. Returns how to leave. */
  enter(session: Session, onRevoked: () => void): () => void {
    this.open.set(session, onRevoked);
    if (this.isOver(session)) this.end(session);
    return () => void this.open.delete(session);
  }

  /** Ends those whose identities are revoked, in a moment. */
  endRevoked(): void {
    this.soon ??= setTimeout(() => {
      this.soon = undefined;
      for (const session of [...this.open.keys()]) if (this.isOver(session)) this.end(session);
    }, TOGETHER_MS).unref();
  }

  private isOver({ identity }: Session): boolean {
    return identity !== null && this.isRevoked(identity);
  }

  private end(session: Session): void {
    const onRevoked = this.open.get(session);
    this.open.delete(session);
    session.end();
    onRevoked?.();
  }
}
