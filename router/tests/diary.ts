import { Bus } from './bus';

export interface Entry {
  cursor: string;
  text: string;
}

/** Entries that stay, so that readers go on where they were: the cursor of each is its number, from 1. */
export class Diary {
  private readonly entries: Entry[] = [];
  private readonly news = new Bus<Entry>();

  get listening(): number {
    return this.news.listening;
  }

  get newest(): number {
    return this.entries.length;
  }

  write(count = 1): void {
    for (let written = 0; written < count; written += 1) {
      const cursor = String(this.newest + 1);
      const entry = { cursor, text: `entry ${cursor}` };
      this.entries.push(entry);
      this.news.publish(entry);
    }
  }

  /** What stands behind an entry, or is written from now on. */
  readAfter(cursor: string | null): AsyncIterableIterator<Entry> {
    let read = cursor === null ? this.newest : Number(cursor);
    const news = this.news.listen();
    return {
      ...news,
      next: async () => {
        while (this.entries[read] === undefined) if ((await news.next()).done) return news.next();
        read += 1;
        return { done: false, value: this.entries[read - 1] as Entry };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}
