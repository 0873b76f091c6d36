import type { Log } from '@spyhop/platform/log';
import type { OnFault } from './recorded';

/** Logs the first fault of every file at once, and at the end how many more it had. */
export class FaultLog {
  private readonly counts = new Map<string, number>();

  constructor(private readonly log: Log) {}

  readonly of =
    (file: string): OnFault =>
    (line, fault) => {
      const before = this.counts.get(file) ?? 0;
      this.counts.set(file, before + 1);
      if (before === 0) this.log.warn({ file, line, fault }, 'a recorded line cannot be played');
    };

  summarise(): void {
    for (const [file, lines] of this.counts) {
      if (lines > 1) this.log.warn({ file, lines }, 'so many recorded lines cannot be played');
    }
    this.counts.clear();
  }
}
