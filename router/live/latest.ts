import type { Change } from './change';

/** The newest change of every key of a stream: what newcomers and clients that fell behind get. */
export class Latest {
  private readonly changes = new Map<string, Change>();
  private readonly ids = new Map<string, Set<string>>();

  /** The keys that changed longest ago go when there are more than `limit`. */
  constructor(private readonly limit: number) {}

  get size(): number {
    return this.changes.size;
  }

  get(id: string): Change | undefined {
    return this.changes.get(id);
  }

  set(change: Change): void {
    const { id, element } = change;
    this.changes.delete(id);
    this.changes.set(id, change);
    const known = this.ids.get(element) ?? new Set();
    this.ids.set(element, known);
    // What changed last comes last.
    known.delete(id);
    known.add(id);
    if (this.changes.size > this.limit) this.forgetOldest();
  }

  /** What tells a newcomer how these elements are. */
  statesOf(elements: readonly string[]): Change[] {
    const states: Change[] = [];
    for (const element of elements) {
      for (const id of this.ids.get(element) ?? []) {
        const change = this.changes.get(id);
        if (change?.isState) states.push(change);
      }
    }
    return states;
  }

  forgetElement(element: string): void {
    for (const id of this.ids.get(element) ?? []) this.changes.delete(id);
    this.ids.delete(element);
  }

  private forgetOldest(): void {
    const [oldest] = this.changes.values();
    if (!oldest) return;
    this.changes.delete(oldest.id);
    this.ids.get(oldest.element)?.delete(oldest.id);
  }
}
