import { type WriteStream, createWriteStream, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const MAX_BYTES = 5_000_000;

/** A log on disk of bounded size: at the limit it becomes `<file>.1` and a new one begins. */
export class LogFile {
  private stream: WriteStream;
  private bytes: number;

  constructor(
    private readonly file: string,
    private readonly maxBytes = MAX_BYTES,
  ) {
    mkdirSync(dirname(file), { recursive: true });
    this.bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    this.stream = this.open();
  }

  write(line: string): void {
    const entry = Buffer.from(`${line}\n`);
    if (this.bytes + entry.length > this.maxBytes) this.rotate();
    this.bytes += entry.length;
    this.stream.write(entry);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.stream.end(() => resolve()));
  }

  private rotate(): void {
    this.stream.end();
    renameSync(this.file, `${this.file}.1`);
    this.bytes = 0;
    this.stream = this.open();
  }

  private open(): WriteStream {
    const stream = createWriteStream(this.file, { flags: 'a', mode: 0o640 });
    // A disk that is full must not stop what still works; the launcher watches the disk itself.
    stream.on('error', () => undefined);
    return stream;
  }
}
