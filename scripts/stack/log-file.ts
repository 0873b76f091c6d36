import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const MAX_BYTES = 5_000_000;
const FILE_MODE = 0o640;

/** A log on disk of bounded size: at the limit it becomes `<file>.1` and a new one begins. */
export class LogFile {
  private descriptor: number;
  private bytes: number;

  constructor(
    private readonly file: string,
    private readonly maxBytes = MAX_BYTES,
  ) {
    mkdirSync(dirname(file), { recursive: true });
    this.bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    this.descriptor = openSync(file, 'a', FILE_MODE);
  }

  write(line: string): void {
    const entry = Buffer.from(`${line}\n`);
    try {
      if (this.bytes + entry.length > this.maxBytes) this.rotate();
      writeSync(this.descriptor, entry);
      this.bytes += entry.length;
    } catch {
      // A disk that is full must not stop what still works; the launcher watches the disk itself.
    }
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private rotate(): void {
    closeSync(this.descriptor);
    renameSync(this.file, `${this.file}.1`);
    this.bytes = 0;
    this.descriptor = openSync(this.file, 'a', FILE_MODE);
  }
}
