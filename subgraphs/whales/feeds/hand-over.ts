/** What may wait to be handed over. */
const MOST_WAITING = 1_000;

/** Hands over what a source cannot wait for, one after the other; what fails ends it, and is told by `done`. */
export class HandOver {
  private last: Promise<void> = Promise.resolve();
  private waiting = 0;

  /** False where too many wait already: this one is lost. */
  add(work: () => Promise<void>): boolean {
    if (this.waiting >= MOST_WAITING) return false;
    this.waiting += 1;
    this.last = this.last.then(work).finally(() => (this.waiting -= 1));
    return true;
  }

  /** Resolves once all so far is handed over. */
  done(): Promise<void> {
    return this.last;
  }
}
