import { Exact, sumOfKnown } from '../exact';
import type { Fold } from './fold';
import { type Joining, foldOf, grown, hasRoom, latestOf, partiesOf, plus } from './joining';
import { type Entry, type Window, addressesOf, isDeposit } from './window';

/** Between two moves of one run, in ms. */
const QUIET_MS = 10 * 60_000;
/** From a deposit to its sweep, in ms. */
const SWEEP_MS = 60 * 60_000;
/** So much more than what was deposited may a sweep carry, for what else lay there. */
const SWEPT_AT_MOST = '1.05';

/** What an owner moves between its own wallets joins the deposit that it sweeps, or the run of its like. */
export const foldInternal = (entry: Entry, window: Window): Joining | null =>
  (entry.isSweep ? foldSweep(entry, window) : null) ?? foldRun(entry, window);

/** The deposit stays what lists show: it is the event, its sweep only what follows from it. */
function foldSweep(entry: Entry, window: Window): Joining | null {
  const deposits = addressesOf(entry.from)
    .flatMap((address) => window.receivedBy(address, entry))
    .filter((each) => each.owner === null && isSoonAfter(each, entry, SWEEP_MS));
  const latest = latestOf(deposits);
  if (latest === null) return null;
  const deposited = deposits.reduce((sum, { amount }) => sum.plus(amount), new Exact(0));
  if (deposited.mul(SWEPT_AT_MOST).lt(entry.amount)) return null;
  const into = latest.fold;
  if (into === null) return sweptDeposit(latest, entry);
  if (!hasRoom(into.current, entry.time)) return null;
  const { current } = into;
  const rest =
    current.reason === 'CONSOLIDATION' ? plus(current.rest ?? '0', entry.amount) : current.rest;
  return { into, members: [entry], fold: grown(current, [entry], { rest }) };
}

/** A deposit whose sweep is known already: they need not arrive in their order. */
export function foldDeposit(entry: Entry, window: Window): Joining | null {
  if (!entry.to.some(isDeposit)) return null;
  const sweeps = addressesOf(entry.to.filter(isDeposit))
    .flatMap((address) => window.spentBy(address, entry))
    .filter(
      (each) =>
        each.fold === null &&
        each.isSweep &&
        isSoonAfter(entry, each, SWEEP_MS) &&
        new Exact(entry.amount).mul(SWEPT_AT_MOST).gte(each.amount),
    );
  const latest = latestOf(sweeps);
  return latest === null ? null : sweptDeposit(entry, latest);
}

const sweptDeposit = (deposit: Entry, sweep: Entry): Joining => ({
  into: null,
  members: [deposit, sweep],
  fold: grown(foldOf(deposit, { reason: 'CONSOLIDATION', rest: sweep.amount }), [sweep], {}),
});

const isSoonAfter = (before: Entry, after: Entry, withinMs: number): boolean =>
  after.time >= before.time && after.time - before.time <= withinMs;

function foldRun(entry: Entry, window: Window): Joining | null {
  const { owner } = entry;
  if (owner === null) return null;
  const others = window.movedBy(owner, entry).filter((each) => isOfRun(each, entry));
  const latest = latestOf(others);
  if (latest === null) return null;
  const into = latest.fold;
  const members = into === null ? [latest, entry] : [entry];
  const before = into?.current ?? foldOf(latest, { reason: 'INTERNAL', rest: null });
  const { amount, usd } = before;
  const from = partiesOf(before.from, entry.from);
  const to = partiesOf(before.to, entry.to);
  const isGathered = entry.isSweep || (from.length > 1 && to.length === 1);
  const fold = grown(before, [entry], {
    ...{ from, to, reason: isGathered ? 'CONSOLIDATION' : 'INTERNAL' },
    ...{ amount: plus(amount, entry.amount), usd: sumOfKnown([usd, entry.usd]) },
  });
  return { into, members, fold };
}

/** Moves of one run share a wallet: two that do not are two errands of one owner. */
function isOfRun(other: Entry, entry: Entry): boolean {
  // It is known already where another source adds to it.
  if (other.id === entry.id) return false;
  if (Math.abs(other.time - entry.time) > QUIET_MS || other.isSweep !== entry.isSweep) return false;
  if (entry.isSweep && other.to[0]?.address !== entry.to[0]?.address) return false;
  if (!sharesWallet(other, entry)) return false;
  return (
    other.fold === null || (isRun(other.fold.current) && hasRoom(other.fold.current, entry.time))
  );
}

/** Not a deposit with its sweep, nor a chain that a sweep has joined. */
const isRun = ({ reason, rest }: Fold): boolean => reason !== 'PEEL_CHAIN' && rest === null;

function sharesWallet(other: Entry, entry: Entry): boolean {
  const wallets = [...addressesOf(other.from), ...addressesOf(other.to)];
  return [...entry.from, ...entry.to].some(
    ({ address }) => address !== null && wallets.includes(address),
  );
}
