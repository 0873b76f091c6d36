import type { WhaleParty } from '@spyhop/platform/topics';
import { amountText } from '../amounts';
import { type DecimalText, Exact, sumOfKnown } from '../exact';
import { type WhaleTransaction, idOf } from '../whale';
import type { Fold } from './fold';

/** A stored transaction of one asset, as far as folding looks at it. */
export interface Entry {
  readonly id: string;
  readonly chain: string;
  readonly hash: string;
  readonly symbol: string;
  /** Epoch ms. */
  readonly time: number;
  /** In units of the asset. */
  readonly amount: DecimalText;
  readonly usd: DecimalText | null;
  readonly from: readonly WhaleParty[];
  readonly to: readonly WhaleParty[];
  /** Shared by all members; null while it stands alone. */
  fold: { current: Fold } | null;
}

/** Null for what is never folded: several assets at once, or anything but a transfer. */
export function entryOf({ chain, hash, time, legs }: WhaleTransaction): Entry | null {
  const [first] = legs;
  if (first === undefined) return null;
  const { symbol } = first;
  if (legs.some((leg) => leg.symbol !== symbol || leg.kind !== 'TRANSFER')) return null;
  return {
    ...{ id: idOf({ chain, hash }), chain, hash, symbol, time, fold: null },
    amount: legs.length === 1 ? amountText(first) : sumOf(legs),
    usd: legs.length === 1 ? first.usd : sumOfKnown(legs.map((leg) => leg.usd)),
    from: legs.length === 1 ? first.from : legs.flatMap((leg) => leg.from),
    to: legs.length === 1 ? first.to : legs.flatMap((leg) => leg.to),
  };
}

const sumOf = (legs: WhaleTransaction['legs']): DecimalText =>
  legs.reduce((sum, leg) => sum.plus(amountText(leg)), new Exact(0)).toFixed();

/** Who pays more at once is no link of a chain, and costs more to remember than it tells. */
const MOST_REMEMBERED_PARTIES = 3;
/** Of one wallet; a busier one passes nothing on that could be told apart. */
const MOST_PER_KEY = 64;

/** The newest transactions, in the order of their positions, and which wallets they have used. */
export class Window {
  private readonly entries = new Map<string, Entry>();
  private readonly byKey = new Map<string, Entry[]>();

  /** Remembers at most `most` transactions. */
  constructor(private readonly most: number) {}

  get(id: string): Entry | undefined {
    return this.entries.get(id);
  }

  /** As the newest one, also where it is known already. */
  add(entry: Entry): void {
    const known = this.entries.get(entry.id);
    if (known !== undefined) this.forget(known);
    this.entries.set(entry.id, entry);
    this.rememberKeys(entry);
    if (this.entries.size <= this.most) return;
    const [oldest] = this.entries.values();
    if (oldest) this.forget(oldest);
  }

  /** In the place of what was known of it. */
  replace(entry: Entry): void {
    const known = this.entries.get(entry.id);
    if (known === undefined) return;
    this.forgetKeys(known);
    this.entries.set(entry.id, entry);
    this.rememberKeys(entry);
  }

  all(): Iterable<Entry> {
    return this.entries.values();
  }

  /** What has come to a wallet, of that asset. */
  receivedBy(address: string, { chain, symbol }: Entry): readonly Entry[] {
    return this.byKey.get(`to ${chain} ${symbol} ${address}`) ?? [];
  }

  /** What has left a wallet, of that asset. */
  spentBy(address: string, { chain, symbol }: Entry): readonly Entry[] {
    return this.byKey.get(`from ${chain} ${symbol} ${address}`) ?? [];
  }

  /** What the owner of all its wallets has moved between its own, of that asset. */
  movedBy(owner: string, { chain, symbol }: Entry): readonly Entry[] {
    return this.byKey.get(`by ${chain} ${symbol} ${owner}`) ?? [];
  }

  private forget(entry: Entry): void {
    this.entries.delete(entry.id);
    this.forgetKeys(entry);
  }

  private rememberKeys(entry: Entry): void {
    for (const key of keysOf(entry)) {
      const list = this.byKey.get(key);
      if (list === undefined) this.byKey.set(key, [entry]);
      else if (list.push(entry) > MOST_PER_KEY) list.shift();
    }
  }

  private forgetKeys(entry: Entry): void {
    for (const key of keysOf(entry)) {
      const list = this.byKey.get(key);
      const at = list?.findIndex(({ id }) => id === entry.id) ?? -1;
      if (at >= 0) list?.splice(at, 1);
      if (list?.length === 0) this.byKey.delete(key);
    }
  }
}

function keysOf(entry: Entry): string[] {
  const { chain, symbol, from, to } = entry;
  const owner = soleOwner(entry);
  const keys = owner === null ? [] : [`by ${chain} ${symbol} ${owner}`];
  if (from.length <= MOST_REMEMBERED_PARTIES) {
    for (const address of addressesOf(from)) keys.push(`from ${chain} ${symbol} ${address}`);
  }
  if (to.length <= MOST_REMEMBERED_PARTIES) {
    for (const address of addressesOf(to)) keys.push(`to ${chain} ${symbol} ${address}`);
  }
  return keys;
}

/** Each once; without those that nobody names. */
export const addressesOf = (parties: readonly WhaleParty[]): string[] => [
  ...new Set(parties.flatMap(({ address }) => address ?? [])),
];

/** Whose all the wallets are; null where they are not all known to be of one owner. */
export function soleOwner({ from, to }: Pick<Entry, 'from' | 'to'>): string | null {
  const owner = from[0]?.owner ?? null;
  if (owner === null || to.length === 0) return null;
  return [...from, ...to].every((party) => party.owner === owner) ? owner : null;
}
