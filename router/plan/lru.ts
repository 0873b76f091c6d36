/** Keeps the `limit` entries that were used last. */
export class Lru<Value> {
  private readonly entries = new Map<string, Value>();

  constructor(private readonly limit: number) {}

  /** The entry of that key, made by `create` when there is none. What throws is not kept. */
  getOrCreate(key: string, create: () => Value): Value {
    const known = this.entries.get(key);
    const value = known ?? create();
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size > this.limit) this.dropOldest();
    return value;
  }

  private dropOldest(): void {
    const oldest = this.entries.keys().next();
    if (!oldest.done) this.entries.delete(oldest.value);
  }
}
