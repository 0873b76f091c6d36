import { basename } from 'node:path';
import type { Log } from '@spyhop/platform/log';

/** Faults of a file that are logged one by one. */
const MOST_LOGGED = 20;

/** Says what of recordings cannot be played: the first time to people, and in the log in full measure. */
export class ReplayNotes {
  private readonly faults = new Map<string, number>();
  private firstFault = '';
  private firstUnanswered = '';

  constructor(
    private readonly log: Log,
    private readonly tell: (note: string) => void,
  ) {}

  fault(path: string, line: number, fault: string): void {
    const count = (this.faults.get(path) ?? 0) + 1;
    this.faults.set(path, count);
    if (count <= MOST_LOGGED) {
      this.log.warn({ file: path, line, fault }, 'a recorded line cannot be played');
    }
    if (this.firstFault !== '') return;
    this.firstFault = `Not all can be played: ${basename(path)}, line ${line}: ${fault}.`;
    this.tellAll();
  }

  unanswered(path: string, source: string, question: string): void {
    if (this.firstUnanswered !== '') return;
    this.log.warn({ file: path, source, question }, 'a recording has no answer to what is asked');
    this.firstUnanswered = `${basename(path)} has no answer to all that is asked, first to ${source}: ${question.slice(0, 100)}`;
    this.tellAll();
  }

  /** A file is played. */
  finish(path: string): void {
    const count = this.faults.get(path) ?? 0;
    if (count > MOST_LOGGED) {
      this.log.warn({ file: path, lines: count }, 'so many recorded lines cannot be played');
    }
    this.faults.delete(path);
  }

  private tellAll(): void {
    this.tell([this.firstFault, this.firstUnanswered].filter((note) => note !== '').join(' '));
  }
}
