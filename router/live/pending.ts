import type { EventItem } from './event-items';

/** Events that wait until the ones before them are joined, or until it is time to send again. */
export interface Pending {
  /** How many wait. */
  readonly size: number;
  add(items: readonly EventItem[]): Added;
  /** All that waits, oldest first. */
  take(): EventItem[];
}

/** What became of waiting events when more came. */
interface Added {
  /** Newer ones took their places. */
  replaced: number;
  /** There was no room for so many, of those that came or that waited. */
  dropped: number;
}

/** Only the newest of each key, so that it is never more than there are keys. */
export class NewestPending implements Pending {
  private items = new Map<string, EventItem>();

  constructor(private readonly maxKeys: number) {}

  get size(): number {
    return this.items.size;
  }

  add(items: readonly EventItem[]): Added {
    const before = this.items.size + items.length;
    for (const item of items) {
      // A newer state takes its place at the end: the order is that of the newest events.
      this.items.delete(item.id);
      this.items.set(item.id, item);
    }
    const replaced = before - this.items.size;
    return { replaced, dropped: this.forgetOldest() };
  }

  take(): EventItem[] {
    const taken = [...this.items.values()];
    this.items = new Map();
    return taken;
  }

  private forgetOldest(): number {
    let dropped = 0;
    for (const id of this.items.keys()) {
      if (this.items.size <= this.maxKeys) break;
      this.items.delete(id);
      dropped += 1;
    }
    return dropped;
  }
}

/** Every event in its turn. */
export class QueuedPending implements Pending {
  private items: EventItem[] = [];

  constructor(private readonly most: number) {}

  get size(): number {
    return this.items.length;
  }

  add(items: readonly EventItem[]): Added {
    if (this.items.length + items.length > this.most) return { replaced: 0, dropped: items.length };
    this.items.push(...items);
    return { replaced: 0, dropped: 0 };
  }

  take(): EventItem[] {
    const taken = this.items;
    this.items = [];
    return taken;
  }
}
