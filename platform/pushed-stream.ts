/** What a stream hands out: bounded by whoever fills it. */
export interface Outbox<T> {
  /** The next value, or undefined while there is none. */
  take(): T | undefined;
  /** The reader has left. */
  close(): void;
}

/** One reader's stream over an outbox that is filled by callbacks; leaving takes effect at once. */
export class PushedStream<T> implements AsyncIterableIterator<T> {
  private wake: ((value?: T) => void) | null = null;
  protected ended = false;

  constructor(private readonly outbox: Outbox<T>) {}

  /** Says that there may be something to take. */
  notify(): void {
    this.wake?.();
  }

  /** Gives a value to a reader that waits for one, past the outbox; false while none does. */
  protected handOver(value: T): boolean {
    if (this.wake === null) return false;
    this.wake(value);
    return true;
  }

  async next(): Promise<IteratorResult<T>> {
    while (!this.ended) {
      const value = this.outbox.take() ?? (await this.notified());
      if (value !== undefined && !this.ended) return { done: false, value };
    }
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<T>> {
    if (!this.ended) {
      this.ended = true;
      this.outbox.close();
      this.wake?.();
    }
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<T>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Resolves with what was handed over, if anything was. */
  private notified(): Promise<T | undefined> {
    return new Promise((resolve) => {
      this.wake = (value) => {
        this.wake = null;
        resolve(value);
      };
    });
  }
}
