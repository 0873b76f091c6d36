/** Something that must not take forever. */
interface Pending {
  /** Milliseconds of `performance.now()`. */
  dueAt: number;
  expire: () => void;
}

/**
 * Time limits that are all of one length, kept by a single timer: as they end in the order in which they
 * began, only the oldest needs watching.
 */
export class Deadlines {
  private readonly pending = new Set<Pending>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly ms: number) {}

  /** Calls `expire` in `ms` milliseconds, unless what it returns is called before. */
  start(expire: () => void): () => void {
    const entry = { dueAt: performance.now() + this.ms, expire };
    this.pending.add(entry);
    this.timer ??= setTimeout(this.expireDue, this.ms);
    return () => this.pending.delete(entry);
  }

  private readonly expireDue = (): void => {
    this.timer = undefined;
    for (const entry of this.pending) {
      const left = entry.dueAt - performance.now();
      if (left > 0) {
        this.timer = setTimeout(this.expireDue, Math.ceil(left));
        return;
      }
      this.pending.delete(entry);
      entry.expire();
    }
  };
}
