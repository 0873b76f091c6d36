import { LEG_KINDS, type WhaleParty } from '@spyhop/platform/topics';
import { readChain } from '../../rules/addresses';
import { type Amount, amountOf, readAmount } from '../../rules/amounts';
import type { Chains } from '../../rules/chains';
import { Exact, sumOfKnown } from '../../rules/exact';
import { type Share, spentOf } from '../../rules/net-flows';
import { type SightedLeg, type Sighting, idOf } from '../../rules/whale';
import { type Alert, type SubTransaction, TransactionV1, TransactionV2 } from './wire';

export const WHALE_ALERT = 'whale-alert';
/** Where the hourly quota of a key is used up, its socket says nothing: alerts only stop. */
export const QUIET_AFTER_MS = 3_600_000;

/** What can be used of what came, and for each of the rest what is wrong with it. */
export interface Parsed {
  sightings: Sighting[];
  faults: string[];
}

type OwnerKind = WhaleParty['ownerKind'];

/** By the types of owners and addresses that are known; the vendor adds to them. */
const OWNER_TYPES: Readonly<Record<string, OwnerKind>> = {
  exchange: 'EXCHANGE',
  bank: 'TREASURY',
  treasury: 'TREASURY',
  fund: 'FUND',
  bridge: 'BRIDGE',
  defi: 'DEFI',
  miner: 'MINER',
};
const EXCHANGE_WALLETS: Readonly<Record<string, OwnerKind>> = {
  hot_wallet: 'EXCHANGE_HOT',
  cold_wallet: 'EXCHANGE_COLD',
  deposit_wallet: 'EXCHANGE_DEPOSIT',
};

interface Side {
  amount?: string | undefined;
  address?: string | undefined;
  owner?: string | undefined;
  owner_type?: string | undefined;
  address_type?: string | undefined;
}

const MOST_PARTIES = 50;

/** A chain, by the rules of all that are known. */
interface Place {
  chain: string;
  chains: Chains;
}

function partyOf({ chain, chains }: Place, side: Side): WhaleParty {
  const owner = side.owner?.trim() || null;
  const type = side.owner_type?.toLowerCase() ?? 'unknown';
  const address = side.address === undefined ? null : chains.readAddress(chain, side.address);
  const named: OwnerKind = owner === null || type === 'unknown' ? 'UNKNOWN' : 'OTHER';
  const kind = OWNER_TYPES[type] ?? named;
  const wallet = kind === 'EXCHANGE' ? EXCHANGE_WALLETS[side.address_type ?? ''] : undefined;
  return { address, owner, ownerKind: wallet ?? kind };
}

function kindOf(type: string): SightedLeg['kind'] {
  const name = type.toUpperCase();
  return LEG_KINDS.find((kind) => kind === name) ?? 'OTHER';
}

/** Of seconds as text; null where it is no time. */
function timeOf(seconds: string): number | null {
  const time = Number(seconds) * 1_000;
  return Number.isSafeInteger(Math.round(time)) && time > 0 ? Math.round(time) : null;
}

const CENTS = 2;
const dollars = (text: string | undefined): string | null =>
  text !== undefined && readAmount(text) ? new Exact(text).toDecimalPlaces(CENTS).toFixed() : null;

/** Rows of v1: one for each asset of a transaction, which become one sighting. */
export function parseTransactions(rows: readonly unknown[], chains: Chains): Parsed {
  const sightings = new Map<string, Sighting>();
  const faults: string[] = [];
  for (const row of rows) {
    const parsed = TransactionV1.safeParse(row);
    const sighting = parsed.success
      ? sightingOf(parsed.data, chains)
      : 'it has not the fields it must have';
    if (typeof sighting === 'string') {
      faults.push(sighting);
      continue;
    }
    const known = sightings.get(idOf(sighting));
    if (known) known.legs.push(...sighting.legs);
    else sightings.set(idOf(sighting), sighting);
  }
  return { sightings: [...sightings.values()], faults };
}

function sightingOf(row: TransactionV1, chains: Chains): Sighting | string {
  const head = headOf(row.blockchain, row, chains);
  if (typeof head === 'string') return head;
  const amount = readAmount(row.amount);
  if (amount === null) return `${row.hash}: ${row.amount.slice(0, 40)} is no amount`;
  const kind = kindOf(row.transaction_type);
  const place = { chain: head.chain, chains };
  const leg: SightedLeg = {
    ...{ symbol: row.symbol.toUpperCase(), kind, ...amount, statedUsd: dollars(row.amount_usd) },
    from: row.from && kind !== 'MINT' ? [partyOf(place, row.from)] : [],
    to: row.to && kind !== 'BURN' ? [partyOf(place, row.to)] : [],
  };
  return { ...head, legs: [leg] };
}

function headOf(
  blockchain: string,
  { hash: hashText, timestamp: seconds }: { hash: string; timestamp: string },
  chains: Chains,
): Omit<Sighting, 'legs'> | string {
  const chain = readChain(blockchain);
  if (chain === null) return `${blockchain.slice(0, 40)} is no chain`;
  const hash = chains.readHash(chain, hashText);
  if (hash === null) return `${hashText.slice(0, 80)} is no hash of ${chain}`;
  const time = timeOf(seconds);
  if (time === null) return `${hash}: ${seconds.slice(0, 40)} is no time`;
  return { chain, hash, time, source: WHALE_ALERT };
}

/** An alert of the WebSocket: one transaction, of which several assets may move. */
export function parseAlert(alert: Alert, chains: Chains): Parsed {
  const { timestamp, transaction } = alert;
  const head = headOf(alert.blockchain, { hash: transaction.hash, timestamp }, chains);
  if (typeof head === 'string') return { sightings: [], faults: [head] };
  const { sub_transactions: parts } = transaction;
  const place = { chain: head.chain, chains };
  const legs =
    parts.length > 0
      ? parts.map((part) => legOf(place, part))
      : alert.amounts.map((amount) => summaryLeg(alert, amount));
  return withLegs(head, legs);
}

/** What can be read of its parts, and what cannot. */
function withLegs(head: Omit<Sighting, 'legs'>, parts: readonly (SightedLeg | null)[]): Parsed {
  const legs = parts.filter((leg) => leg !== null);
  if (legs.length === 0) {
    return { sightings: [], faults: [`${head.hash} moves nothing that can be read`] };
  }
  const lost = parts.length - legs.length;
  const faults = lost === 0 ? [] : [`${head.hash}: ${lost} of its parts cannot be read`];
  return { sightings: [{ ...head, legs }], faults };
}

const FROZEN = ['freeze', 'unfreeze'];

/** A transaction of v2, on the chain that was asked; also by itself. */
export function parseTransactionV2(chain: string, row: unknown, chains: Chains): Parsed {
  const parsed = TransactionV2.safeParse(row);
  if (!parsed.success) return { sightings: [], faults: ['it has not the fields it must have'] };
  const { sub_transactions: parts } = parsed.data;
  const head = headOf(chain, parsed.data, chains);
  if (typeof head === 'string') return { sightings: [], faults: [head] };
  return withLegs(
    head,
    parts.map((part) => legOf({ chain: head.chain, chains }, part)),
  );
}

/** What went to others than those it came from: the rest is change. */
function legOf(place: Place, part: SubTransaction): SightedLeg | null {
  const senders = new Set(part.inputs.map(({ address }) => address));
  const isChange = ({ address }: Side): boolean => address !== undefined && senders.has(address);
  const paid = part.outputs.filter((output) => !isChange(output));
  const counted = part.outputs.length === 0 ? part.inputs : paid.length > 0 ? paid : part.outputs;
  const isFrozen = FROZEN.includes(part.transaction_type.toLowerCase());
  const amounts = counted
    .map((side) => side.amount ?? (isFrozen ? side.balance : undefined))
    .map((amount) => (amount && readAmount(amount) ? amount : null));
  const total = sumOfKnown(amounts);
  const amount = total === null ? null : readAmount(total);
  if (amount === null || total === null) return null;
  const price = part.unit_price_usd;
  const worth = price && readAmount(price) ? new Exact(total).mul(price).toFixed() : undefined;
  const change = counted === paid ? part.outputs.filter(isChange) : [];
  const sides = [part.inputs, counted === part.inputs ? [] : counted] as const;
  const decimals = decimalsOf(amount, [...sides, change]);
  const exact = amountOf(unitsAt(amount, decimals), decimals);
  if (exact === null) return null;
  return {
    ...{ symbol: part.symbol.toUpperCase(), kind: kindOf(part.transaction_type), ...exact },
    statedUsd: dollars(worth),
    from: partiesOf(place, sides[0], change, decimals),
    to: partiesOf(place, sides[1], [], decimals),
  };
}

const amountsOf = (sides: readonly Side[]): (Amount | null)[] =>
  sides.map(({ amount }) => (amount === undefined ? null : readAmount(amount)));

/** As many as all need that are told by wallet: a sum may need fewer. */
const decimalsOf = (total: Amount, sides: readonly (readonly Side[])[]): number => {
  const shared = sides.some(({ length }) => length > 1) ? amountsOf(sides.flat()) : [];
  return Math.max(total.decimals, ...shared.map((amount) => amount?.decimals ?? 0));
};

/** In base units with so many decimals, which are at least its own. */
const unitsAt = ({ baseUnits, decimals }: Amount, wanted: number): bigint =>
  BigInt(baseUnits) * 10n ** BigInt(wanted - decimals);

/** Each wallet once, with what it had where that is told of all of several. */
function partiesOf(
  place: Place,
  sides: readonly Side[],
  change: readonly Side[],
  decimals: number,
): WhaleParty[] {
  const names = sides.map(({ address }, index) => address ?? `#${index}`);
  const wallets = new Map(sides.map((side, index) => [names[index] ?? '', side]));
  const amounts = wallets.size > 1 ? amountsBy(names, sides, change, decimals) : null;
  return [...wallets].slice(0, MOST_PARTIES).map(([name, side]) => {
    const amount = amounts?.get(name);
    return { ...partyOf(place, side), ...(amount !== undefined && { amount: String(amount) }) };
  });
}

function amountsBy(
  names: readonly string[],
  sides: readonly Side[],
  change: readonly Side[],
  decimals: number,
): Map<string, bigint> | null {
  const given = sharesOf(sides, names, decimals);
  const senders = change.map(({ address }) => address ?? '');
  const back = sharesOf(change, senders, decimals);
  return given && back && spentOf(given, back);
}

/** Null where it is not told of all. */
function sharesOf(
  sides: readonly Side[],
  names: readonly string[],
  decimals: number,
): Share[] | null {
  const shares = amountsOf(sides).flatMap((amount, place) =>
    amount === null ? [] : [{ address: names[place] ?? '', amount: unitsAt(amount, decimals) }],
  );
  return shares.length === sides.length ? shares : null;
}

function summaryLeg(
  { transaction_type: type, from, to }: Alert,
  { symbol, amount: text, value_usd: usd }: Alert['amounts'][number],
): SightedLeg | null {
  const amount = readAmount(text);
  if (amount === null) return null;
  const kind = kindOf(type);
  const named = (name: string): WhaleParty[] =>
    name === ''
      ? []
      : name === 'unknown wallet'
        ? [{ address: null, owner: null, ownerKind: 'UNKNOWN' }]
        : [{ address: null, owner: name, ownerKind: 'OTHER' }];
  return {
    ...{ symbol: symbol.toUpperCase(), kind, ...amount, statedUsd: dollars(usd) },
    from: kind === 'MINT' ? [] : named(from),
    to: kind === 'BURN' ? [] : named(to),
  };
}
