import type { EventItem } from './event-items';

/** Events that wait until the ones before them are joined, or until it is time to send again. */
export interface Pending {
  readonly isEmpty: boolean;
  /** Returns how many waiting events were replaced by newer ones; null when there is no room. */
  add(items: readonly EventItem[]): number | null;
  /** All that waits, oldest first. */
  take(): EventItem[];
}

/** Only the newest of each key, so that it is never more than there are keys. */
export class NewestPending implements Pending {
  private items = new Map<string, EventItem>();

  constructor(private readonly maxKeys: number) {}

  get isEmpty(): boolean {
    return this.items.size === 0;
  }

  add(items: readonly EventItem[]): number {
    const before = this.items.size + items.length;
    for (const item of items) {
      // A newer state takes its place at the end: the order is that of the newest events.
      this.items.delete(item.id);
      this.items.set(item.id, item);
    }
    const replaced = before - this.items.size;
    this.forgetOldest();
    return replaced;
  }

  take(): EventItem[] {
    const taken = [...this.items.values()];
    this.items = new Map();
    return taken;
  }

  private forgetOldest(): void {
    for (const id of this.items.keys()) {
      if (this.items.size <= this.maxKeys) return;
      this.items.delete(id);
    }
  }
}

/** Every event in its turn. */
export class QueuedPending implements Pending {
  private items: EventItem[] = [];

  constructor(private readonly most: number) {}

  get isEmpty(): boolean {
    return this.items.length === 0;
  }

  add(items: readonly EventItem[]): number | null {
    if (this.items.length + items.length > this.most) return null;
    this.items.push(...items);
    return 0;
  }

  take(): EventItem[] {
    const taken = this.items;
    this.items = [];
    return taken;
  }
}
