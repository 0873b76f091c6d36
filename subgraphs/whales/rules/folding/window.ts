import type { WhaleParty } from '@spyhop/platform/topics';
import { amountText, sumOf } from '../amounts';
import { type DecimalText, sumOfKnown } from '../exact';
import { withoutAmount } from '../shares';
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
  /** Whose all the wallets are; null where they are not all known to be of one owner. */
  readonly owner: string | null;
  /** An exchange empties addresses that it has given to customers. */
  readonly isSweep: boolean;
  /** By which the window finds it. */
  readonly keys: readonly string[];
  /** Shared by all members; null while it stands alone. */
  fold: { current: Fold } | null;
}

/** What folding asks to know of a transaction. */
export type Foldable = Pick<WhaleTransaction, 'chain' | 'hash' | 'time' | 'legs' | 'fold'>;

/** Null for what is never folded: several assets at once, or anything but a transfer. */
export function entryOf({ chain, hash, time, legs }: Foldable): Entry | null {
  const [first] = legs;
  if (first === undefined) return null;
  const { symbol } = first;
  if (legs.some((leg) => leg.symbol !== symbol || leg.kind !== 'TRANSFER')) return null;
  const isOne = legs.length === 1;
  const from = isOne ? first.from : legs.flatMap((leg) => leg.from.map(withoutAmount));
  const to = isOne ? first.to : legs.flatMap((leg) => leg.to.map(withoutAmount));
  const owner = soleOwner(from, to);
  return {
    id: idOf({ chain, hash }),
    chain,
    hash,
    symbol,
    time,
    from,
    to,
    owner,
    fold: null,
    amount: isOne ? amountText(first) : sumOf(legs),
    usd: isOne ? first.usd : sumOfKnown(legs.map((leg) => leg.usd)),
    isSweep: owner !== null && from.every(isDeposit) && !to.some(isDeposit),
    keys: keysOf(`${chain} ${symbol}`, from, to, owner),
  };
}

function soleOwner(from: readonly WhaleParty[], to: readonly WhaleParty[]): string | null {
  const owner = from[0]?.owner ?? null;
  if (owner === null || to.length === 0) return null;
  return from.every((party) => party.owner === owner) && to.every((party) => party.owner === owner)
    ? owner
    : null;
}

/** An address that an exchange has given to one of its customers. */
export const isDeposit = ({ ownerKind }: WhaleParty): boolean => ownerKind === 'EXCHANGE_DEPOSIT';

/** Who pays more at once is no link of a chain, and costs more to remember than it tells. */
const MOST_REMEMBERED_PARTIES = 3;

function keysOf(
  asset: string,
  from: readonly WhaleParty[],
  to: readonly WhaleParty[],
  owner: string | null,
): string[] {
  const keys = owner === null ? [] : [`by ${asset} ${owner}`];
  if (from.length <= MOST_REMEMBERED_PARTIES) {
    for (const address of addressesOf(from)) keys.push(`from ${asset} ${address}`);
  }
  if (to.length <= MOST_REMEMBERED_PARTIES) {
    for (const address of addressesOf(to)) keys.push(`to ${asset} ${address}`);
  }
  return keys;
}

/** Each once; without those that nobody names. */
export const addressesOf = (parties: readonly WhaleParty[]): string[] => {
  const [first] = parties;
  if (parties.length === 1) return first?.address == null ? [] : [first.address];
  return [...new Set(parties.flatMap(({ address }) => address ?? []))];
};

/** Of one wallet; a busier one passes nothing on that could be told apart. */
export const MOST_PER_KEY = 64;

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
  receivedBy(
    address: string,
    { chain, symbol }: Pick<Entry, 'chain' | 'symbol'>,
  ): readonly Entry[] {
    return this.byKey.get(`to ${chain} ${symbol} ${address}`) ?? [];
  }

  /** What has left a wallet, of that asset. */
  spentBy(address: string, { chain, symbol }: Pick<Entry, 'chain' | 'symbol'>): readonly Entry[] {
    return this.byKey.get(`from ${chain} ${symbol} ${address}`) ?? [];
  }

  /** What the owner of all its wallets has moved between its own, of that asset. */
  movedBy(owner: string, { chain, symbol }: Pick<Entry, 'chain' | 'symbol'>): readonly Entry[] {
    return this.byKey.get(`by ${chain} ${symbol} ${owner}`) ?? [];
  }

  forget(entry: Entry): void {
    this.entries.delete(entry.id);
    this.forgetKeys(entry);
  }

  private rememberKeys(entry: Entry): void {
    for (const key of entry.keys) {
      const list = this.byKey.get(key);
      if (list === undefined) this.byKey.set(key, [entry]);
      else if (list.push(entry) > MOST_PER_KEY) list.shift();
    }
  }

  private forgetKeys(entry: Entry): void {
    for (const key of entry.keys) {
      const list = this.byKey.get(key);
      const at = list?.findIndex(({ id }) => id === entry.id) ?? -1;
      if (at >= 0) list?.splice(at, 1);
      if (list?.length === 0) this.byKey.delete(key);
    }
  }
}
