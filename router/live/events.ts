import { type Path, isObject } from '../execute/data';
import { type PathError, publicError } from '../execute/errors';
import type { Draft } from '../execute/run-plan';
import type { SubscriptionPlan } from '../plan/subscription-plan';

/** The newest state of one key. Its errors' paths start at the item; without a path they concern all of it. */
interface Item {
  value: unknown;
  errors: PathError[];
}

/** A result as a subgraph sends it over a subscription. */
export interface UpstreamResult {
  data?: unknown;
  errors?: readonly unknown[];
}

/** What waits to be joined: an event by its keys, and the draft that becomes the response. */
export interface PendingDraft {
  /** By position in a list; one for a single item. */
  keys: readonly string[];
  draft: Draft;
}

/** The key of what has none: wholes, nulls, and errors of an event at large. */
export const NO_KEY = '';

/**
 * Events that wait until the ones before them are joined: of each key only the newest,
 * so that it is never more than there are keys.
 */
export class PendingEvents {
  private items = new Map<string, Item>();
  private listErrors: PathError[] = [];
  private emptyList: unknown;
  private waiting = false;

  constructor(
    private readonly plan: SubscriptionPlan,
    private readonly maxKeys: number,
  ) {}

  get isEmpty(): boolean {
    return !this.waiting;
  }

  /** Returns how many waiting items the event replaced. */
  add(result: UpstreamResult): number {
    this.waiting = true;
    const before = this.items.size;
    const added = this.plan.shape === 'entities' ? this.addList(result) : this.addOne(result);
    return before + added - this.items.size;
  }

  /** All that waits, oldest first: one draft per item, or one with the list of them. */
  take(): PendingDraft[] {
    const taken = this.plan.shape === 'entities' ? [this.takeList()] : this.takeItems();
    this.items = new Map();
    this.listErrors = [];
    this.waiting = false;
    return taken;
  }

  private addOne({ data, errors = [] }: UpstreamResult): number {
    const value = this.rootOf(data);
    const own = errors.map((error) => relative(publicError(error, pathOf(error)), 1));
    this.put(this.keyOf(value) ?? NO_KEY, { value, errors: own });
    return 1;
  }

  private addList({ data, errors = [] }: UpstreamResult): number {
    const root = this.rootOf(data);
    const values: unknown[] = Array.isArray(root) ? root : [];
    const items = values.map((value): Item => ({ value, errors: [] }));
    this.emptyList = Array.isArray(root) ? [] : root;
    this.listErrors = [];
    for (const raw of errors) {
      const error = publicError(raw, pathOf(raw));
      const item = items[Number(error.path?.[1] ?? NaN)];
      if (item) item.errors.push(relative(error, 2));
      else this.listErrors.push(error);
    }
    items.forEach((item, index) => this.put(this.keyOf(item.value) ?? `${NO_KEY}${index}`, item));
    return items.length;
  }

  /** A newer state takes its place at the end: the order is that of the newest events. */
  private put(key: string, item: Item): void {
    this.items.delete(key);
    this.items.set(key, item);
    if (this.items.size <= this.maxKeys) return;
    const oldest = this.items.keys().next();
    if (!oldest.done) this.items.delete(oldest.value);
  }

  private takeItems(): PendingDraft[] {
    const { responseName } = this.plan;
    return [...this.items].map(([key, { value, errors }]) => ({
      keys: [key],
      draft: {
        data: { [responseName]: value },
        errors: errors.map((error) => absolute(error, [responseName])),
      },
    }));
  }

  private takeList(): PendingDraft {
    const { responseName } = this.plan;
    const items = [...this.items.values()];
    const list = items.length > 0 ? items.map(({ value }) => value) : this.emptyList;
    const errors = items.flatMap((item, index) =>
      item.errors.map((error) => absolute(error, [responseName, index])),
    );
    return {
      keys: [...this.items.keys()],
      draft: { data: { [responseName]: list }, errors: [...this.listErrors, ...errors] },
    };
  }

  private rootOf(data: unknown): unknown {
    return isObject(data) ? (data[this.plan.responseName] ?? null) : null;
  }

  private keyOf(value: unknown): string | undefined {
    const { keyFields } = this.plan;
    if (!isObject(value) || keyFields.length === 0) return undefined;
    const parts = keyFields.map((field) => value[field]);
    return parts.some((part) => part === undefined) ? undefined : JSON.stringify(parts);
  }
}

const pathOf = (error: unknown): Path | undefined =>
  isObject(error) && Array.isArray(error['path']) ? (error['path'] as Path) : undefined;

/** Without the steps that lead to the item. */
const relative = (error: PathError, steps: number): PathError =>
  error.path ? { ...error, path: error.path.slice(steps) } : error;

const absolute = (error: PathError, at: Path): PathError =>
  error.path ? { ...error, path: [...at, ...error.path] } : error;

/** What one entity of a response looked like to the client: see {@link relative}. */
export const errorsOfItem = (
  errors: readonly PathError[],
  responseName: string,
  index: number,
): PathError[] =>
  errors
    .filter(({ path }) => path?.[0] === responseName && path[1] === index)
    .map((error) => relative(error, 2));

/** Those errors in a response that has the item at `index`. */
export const errorsAt = (
  errors: readonly PathError[],
  responseName: string,
  index: number,
): PathError[] => errors.map((error) => absolute(error, [responseName, index]));
