import type { PathError } from '../execute/errors';
import type { Projection } from '../execute/project';
import type { SubscriptionPlan } from '../plan/subscription-plan';
import { NO_KEY, errorsAt, errorsOfItem } from './events';
import { payloadOf, payloadWithoutData } from './payload';
import type { Delivery } from './delivery';

/** A result that is ready for every client. */
export interface Result {
  payload: Buffer;
  /** Which states it carries. */
  keys: readonly string[];
}

/** The newest state of every key of a stream, as bytes: what newcomers and clients that fell behind get. */
export interface Latest {
  /** Serialises a joined event, once for all, and keeps it as the newest of its keys. */
  add(projection: Projection, keys: readonly string[], requestId: string): Result;
  /** What brings a newcomer up to date. */
  snapshot(): Delivery;
  /** The next of what brings a client up to date on `keys`; removes from `keys` what it covers. */
  take(keys: Set<string>): Buffer | undefined;
}

export const createLatest = (plan: SubscriptionPlan, maxKeys: number): Latest =>
  plan.shape === 'entities'
    ? new LatestList(plan.responseName, maxKeys)
    : new LatestItems(plan, maxKeys);

/** One message per key. */
class LatestItems implements Latest {
  private readonly payloads: NewestByKey<Buffer>;
  /** Clients that fell behind get this too; it says nothing to a newcomer. */
  private lastWithoutKey: Buffer | undefined;

  constructor(
    private readonly plan: SubscriptionPlan,
    maxKeys: number,
  ) {
    this.payloads = new NewestByKey(maxKeys);
  }

  add({ data, errors }: Projection, keys: readonly string[], requestId: string): Result {
    const { responseName, shape } = this.plan;
    const value = data?.[responseName] ?? null;
    const payload = data
      ? payloadOf(responseName, JSON.stringify(value), errors, requestId)
      : payloadWithoutData(errors, requestId);
    const [key = NO_KEY] = keys;
    if (value !== null && (key !== NO_KEY || shape === 'whole')) this.payloads.set(key, payload);
    else this.lastWithoutKey = payload;
    return { payload, keys: [value === null ? NO_KEY : key] };
  }

  snapshot(): Delivery {
    return { payloads: [...this.payloads.values()], keys: [...this.payloads.keys()] };
  }

  take(keys: Set<string>): Buffer | undefined {
    for (const key of keys) {
      keys.delete(key);
      const payload = this.payloads.get(key) ?? (key === NO_KEY ? this.lastWithoutKey : undefined);
      if (payload) return payload;
    }
    return undefined;
  }
}

interface ListItem {
  json: string;
  errors: readonly PathError[];
}

/** One message with the items of all keys. */
class LatestList implements Latest {
  private readonly items: NewestByKey<ListItem>;
  private lastWithoutKey: Buffer | undefined;
  private lastRequestId = '';

  constructor(
    private readonly responseName: string,
    maxKeys: number,
  ) {
    this.items = new NewestByKey(maxKeys);
  }

  add({ data, errors }: Projection, keys: readonly string[], requestId: string): Result {
    const list = data?.[this.responseName] ?? null;
    this.lastRequestId = requestId;
    if (!Array.isArray(list) || list.length === 0) {
      const payload = data
        ? payloadOf(this.responseName, JSON.stringify(list), errors, requestId)
        : payloadWithoutData(errors, requestId);
      this.lastWithoutKey = payload;
      return { payload, keys: [NO_KEY] };
    }
    const jsons = list.map((value) => JSON.stringify(value ?? null));
    jsons.forEach((json, index) => this.keep(keys[index], json, errors, index));
    const payload = payloadOf(this.responseName, `[${jsons.join(',')}]`, errors, requestId);
    return { payload, keys };
  }

  snapshot(): Delivery {
    const items = [...this.items.values()];
    const payloads = items.length > 0 ? [this.compose(items)] : [];
    return { payloads, keys: [...this.items.keys()] };
  }

  take(keys: Set<string>): Buffer | undefined {
    const items = [...keys].map((key) => this.items.get(key)).filter((item) => item !== undefined);
    const withoutKey = keys.has(NO_KEY) ? this.lastWithoutKey : undefined;
    keys.clear();
    return items.length > 0 ? this.compose(items) : withoutKey;
  }

  private keep(
    key: string | undefined,
    json: string,
    errors: readonly PathError[],
    index: number,
  ): void {
    if (key === undefined || json === 'null') return;
    this.items.set(key, { json, errors: errorsOfItem(errors, this.responseName, index) });
  }

  private compose(items: readonly ListItem[]): Buffer {
    const errors = items.flatMap((item, index) => errorsAt(item.errors, this.responseName, index));
    const list = `[${items.map(({ json }) => json).join(',')}]`;
    return payloadOf(this.responseName, list, errors, this.lastRequestId);
  }
}

/** A map that forgets the key that changed longest ago when there are too many. */
class NewestByKey<Value> {
  private readonly entries = new Map<string, Value>();

  constructor(private readonly limit: number) {}

  get(key: string): Value | undefined {
    return this.entries.get(key);
  }

  set(key: string, value: Value): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size <= this.limit) return;
    const oldest = this.entries.keys().next();
    if (!oldest.done) this.entries.delete(oldest.value);
  }

  keys(): Iterable<string> {
    return this.entries.keys();
  }

  values(): Iterable<Value> {
    return this.entries.values();
  }
}
