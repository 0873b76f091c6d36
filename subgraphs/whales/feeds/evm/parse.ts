import type { WhaleParty } from '@spyhop/platform/topics';
import { readEvmAddress } from '../../rules/addresses';
import { amountOf } from '../../rules/amounts';
import { type Movement, type Share, netFlowOf } from '../../rules/net-flows';
import type { SightedLeg, Sighting } from '../../rules/whale';
import type { FollowedChain, Token } from './chains';
import { type Block, DESTROYED, ISSUE, Log, NativeTransfer, REDEEM, TRANSFER } from './wire';

/** What somebody is sent by nobody was made, and what is sent to nobody is gone. */
const NOBODY = `0x${'0'.repeat(40)}`;
/** Whom a token does not name that it makes something for, or takes it from. */
const UNNAMED = '';
const MOST_PARTIES = 50;
const MOST_LEGS = 100;

export interface Transfer extends Movement {
  transactionHash: string;
  token: Token;
  /** The event that tells of it. */
  event: Event;
}

/** A transfer, or what a token tells of instead: what was made for or taken from somebody unnamed, or from a holder. */
type Event = 'TRANSFER' | 'SUPPLY' | 'DESTRUCTION';

/** Null for a log that moves nothing of these tokens, nor makes or takes back any; a sentence where it is faulty. */
export function transferOf(log: Log, tokens: ReadonlyMap<string, Token>): Transfer | string | null {
  const token = tokens.get(log.address.toLowerCase());
  // With a fourth topic it is the number of a thing that there is once.
  if (!token || log.topics.length === 4) return null;
  const words = wordsOf(log.data);
  const between = betweenOf(log.topics, words);
  if (between === null) return null;
  const { transactionHash } = log;
  const { event, from, to } = between;
  if (from === null || to === null) return `${transactionHash}: not between two addresses`;
  const amountWord = words.pop();
  if (amountWord === undefined || words.length !== (event === 'DESTRUCTION' ? 1 : 0)) {
    return `${transactionHash}: no amount`;
  }
  const amount = BigInt(amountWord);
  return amount === 0n ? null : { transactionHash, token, from, to, amount, event };
}

/** Whom it goes between, each null where that is no address. */
interface Between {
  from: string | null;
  to: string | null;
  event: Event;
}

/** Null for an event of another kind. */
function betweenOf(
  [topic, from, to]: readonly string[],
  [holder]: readonly string[],
): Between | null {
  switch (topic?.toLowerCase()) {
    case TRANSFER:
      return { event: 'TRANSFER', from: addressOf(from), to: addressOf(to) };
    case ISSUE:
      return { event: 'SUPPLY', from: NOBODY, to: UNNAMED };
    case REDEEM:
      return { event: 'SUPPLY', from: UNNAMED, to: NOBODY };
    case DESTROYED:
      return { event: 'DESTRUCTION', from: addressOf(holder), to: NOBODY };
    default:
      return null;
  }
}

/** The data by its 32 bytes each; none where it is not made of such. */
const wordsOf = (data: string): string[] =>
  /^0x([0-9a-f]{64})+$/i.test(data)
    ? (data.slice(2).match(/.{64}/g) ?? []).map((word) => `0x${word}`)
    : [];

/** Of 32 bytes, of which the first twelve must be zero. */
const addressOf = (topic: string | undefined): string | null =>
  topic !== undefined && /^0x0{24}[0-9a-f]{40}$/i.test(topic)
    ? readEvmAddress(topic.slice(26))
    : null;

/** Transfers among logs as a node tells them, and what is wrong with others. */
export function transfersOf(
  logs: readonly unknown[],
  tokens: ReadonlyMap<string, Token>,
): { transfers: Transfer[]; faults: string[] } {
  const transfers: Transfer[] = [];
  const faults: string[] = [];
  for (const each of logs) {
    const log = Log.safeParse(each);
    const transfer = log.success ? transferOf(log.data, tokens) : 'not a log as it must be';
    if (typeof transfer === 'string') faults.push(transfer);
    else if (transfer !== null) transfers.push(transfer);
  }
  return { transfers, faults };
}

/** Transactions of a block that move at least so many base units of its coin; none where it is null. */
export function nativeTransfersOf(
  { transactions }: Block,
  least: bigint | null,
): { native: NativeTransfer[]; faults: string[] } {
  if (least === null) return { native: [], faults: [] };
  const parsed = transactions.map((each) => NativeTransfer.safeParse(each));
  const native = parsed.flatMap(({ data }) => (data && BigInt(data.value) >= least ? [data] : []));
  const faults = parsed.filter(({ success }) => !success);
  return { native, faults: faults.map(() => 'not a transaction as it must be') };
}

/** What each transaction of a block has moved, with a leg for each asset. */
export function sightingsOf(
  { name, native: coin }: Pick<FollowedChain, 'name' | 'native'>,
  { time, transfers, native }: { time: number; transfers: Transfer[]; native: NativeTransfer[] },
): Sighting[] {
  const legs = new Map<string, SightedLeg[]>();
  const add = (hash: string, leg: SightedLeg | null): void => {
    if (leg !== null) legs.set(hash, [...(legs.get(hash) ?? []), leg].slice(0, MOST_LEGS));
  };
  for (const { hash, from: sender, to: payee, value } of native) {
    const [from, to] = [readEvmAddress(sender), readEvmAddress(payee ?? '')];
    if (from !== null && to !== null) {
      add(hash, legOf([{ from, to, amount: BigInt(value) }], coin));
    }
  }
  for (const [hash, some] of groupedBy(transfers, ({ transactionHash }) => transactionHash)) {
    for (const ofOne of groupedBy(some, ({ token }) => token.address).values()) {
      for (const movements of apart(ofOne)) {
        if (movements[0]) add(hash, legOf(movements, movements[0].token));
      }
    }
  }
  const source = sourceName(name);
  return [...legs].map(([hash, moved]) => ({ chain: name, hash, time, source, legs: moved }));
}

/**
 * What goes between named parties, and apart from it what is made for or taken from somebody unnamed, as who passes
 * it on is not known, and what is taken from a holder. A token that tells the same by a transfer from or to nobody is
 * believed that alone.
 */
function apart(ofOne: readonly Transfer[]): Transfer[][] {
  const by = (event: Event): Transfer[] => ofOne.filter((each) => each.event === event);
  const transfers = by('TRANSFER');
  const isTold = transfers.some(({ from, to }) => from === NOBODY || to === NOBODY);
  return isTold ? [transfers] : [transfers, by('SUPPLY'), by('DESTRUCTION')];
}

export const sourceName = (chain: string): string => `${chain}-node`;

function legOf(
  movements: readonly Movement[],
  { symbol, decimals }: Pick<Token, 'symbol' | 'decimals'>,
): SightedLeg | null {
  const flow = netFlowOf(movements);
  const amount = flow && amountOf(flow.amount, decimals);
  if (!flow || !amount) return null;
  const isMade = flow.from.every(({ address }) => address === NOBODY);
  const isGone = flow.to.every(({ address }) => address === NOBODY);
  return {
    ...{ symbol, ...amount, statedUsd: null },
    kind: isMade ? 'MINT' : isGone ? 'BURN' : 'TRANSFER',
    from: isMade ? [] : partiesOf(flow.from),
    to: isGone ? [] : partiesOf(flow.to),
  };
}

const partiesOf = (shares: readonly Share[]): WhaleParty[] =>
  shares.slice(0, MOST_PARTIES).map(({ address, amount }) => ({
    ...{ address: address === UNNAMED ? null : address, owner: null, ownerKind: 'UNKNOWN' },
    ...(shares.length > 1 && { amount: String(amount) }),
  }));

function groupedBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
