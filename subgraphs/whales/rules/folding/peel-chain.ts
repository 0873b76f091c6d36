import { Exact } from '../exact';
import type { Fold } from './fold';
import { type Joining, foldOf, grown, hasRoom } from './joining';
import { type Entry, type Window, addressesOf } from './window';

/** From one hop to the next, in ms. */
const HOP_MS = 30 * 60_000;
/** Of what a hop has received so much goes on at least. */
const GOES_ON = '0.75';
/** And so much at most, with what little lay in the wallet before. */
const GOES_ON_AT_MOST = '1.01';
/** Money that was passed on once is one payment and another; twice in a row, and it begins to be a chain. */
const FEWEST_HOPS = 3;
const MOST_OUTPUTS = 3;
/** Around a hop, in ms: so long its wallet receives from nobody else. */
const ONCE_IN_MS = 2 * 60 * 60_000;

/**
 * Joins a chain of one owner's wallets, none of them known: each pays all it holds to a few, little of it to
 * others and the large remainder to the next, which does so again. As change addresses in Meiklejohn et al., "A
 * Fistful of Bitcoins" (IMC 2013), sections 4.2 and 5, a wallet between two hops has received only once, as far as is remembered of two hours.
 */
export function foldPeelChain(entry: Entry, window: Window): Joining | null {
  if (!isHop(entry)) return null;
  // Most stand alone, which is quickly seen.
  if (hopBefore(entry, window) === null && hopAfter(entry, window) === null) return null;
  const behind = walk(entry, (hop) => hopBefore(hop, window));
  const ahead = walk(entry, (hop) => hopAfter(hop, window));
  const hops = [...behind.hops.reverse(), entry, ...ahead.hops];
  const [first, last] = [hops[0] ?? entry, hops.at(-1) ?? entry];
  const end = { rest: last.amount, to: [...last.to] };
  if (behind.chain !== null) return joined(behind.chain, hops, end);
  if (ahead.chain !== null) {
    const { amount, usd } = first;
    return joined(ahead.chain, hops, { amount, usd, from: [...first.from] });
  }
  if (hops.length < FEWEST_HOPS) return null;
  const fold = foldOf(first, { reason: 'PEEL_CHAIN', rest: last.amount });
  return { into: null, members: hops, fold: grown(fold, hops.slice(1), end) };
}

function joined(
  into: { current: Fold },
  members: readonly Entry[],
  changes: Partial<Fold>,
): Joining | null {
  if (members.some(({ time }) => !hasRoom(into.current, time))) return null;
  return { into, members, fold: grown(into.current, members, changes) };
}

/** Hops that stand alone, the nearest first, and the chain that they lead to. */
interface Walked {
  hops: Entry[];
  chain: { current: Fold } | null;
}

function walk(start: Entry, next: (hop: Entry) => Entry | null): Walked {
  const hops: Entry[] = [];
  const seen = new Set([start]);
  for (let hop = next(start); hop !== null && !seen.has(hop); hop = next(hop)) {
    if (hop.fold !== null) return { hops, chain: hop.fold };
    seen.add(hop);
    hops.push(hop);
  }
  return { hops, chain: null };
}

/** One wallet that nobody knows pays few others. */
function isHop({ from, to, fold }: Entry): boolean {
  const [sender] = from;
  if (sender?.address == null || sender.owner !== null || from.length > 1) return false;
  if (to.length === 0 || to.length > MOST_OUTPUTS) return false;
  if (to.some(({ address }) => address === sender.address)) return false;
  return fold === null || fold.current.reason === 'PEEL_CHAIN';
}

function hopBefore(hop: Entry, window: Window): Entry | null {
  const [before, another] = receiptsOf(hop, window);
  return before !== undefined && another === undefined && goesOn(before, hop) ? before : null;
}

function hopAfter(hop: Entry, window: Window): Entry | null {
  const after = addressesOf(hop.to)
    .flatMap((address) => window.spentBy(address, hop))
    .filter((each) => goesOn(hop, each));
  const [next] = after;
  if (next === undefined || after.length > 1) return null;
  // The hop itself may not be among what the window knows yet.
  return receiptsOf(next, window).every(({ id }) => id === hop.id) ? next : null;
}

/** What the wallet that pays has received around that time. */
function receiptsOf({ from, time, ...hop }: Entry, window: Window): Entry[] {
  const [address] = addressesOf(from);
  if (address === undefined) return [];
  return window.receivedBy(address, hop).filter((each) => Math.abs(each.time - time) <= ONCE_IN_MS);
}

function goesOn(before: Entry, after: Entry): boolean {
  const waited = after.time - before.time;
  if (waited < 0 || waited > HOP_MS || !isHop(before) || !isHop(after)) return false;
  // What goes straight back is no chain.
  if (after.to.some(({ address }) => address === before.from[0]?.address)) return false;
  return (
    new Exact(before.amount).mul(GOES_ON_AT_MOST).gte(after.amount) &&
    new Exact(before.amount).mul(GOES_ON).lte(after.amount)
  );
}
