import { isExchange } from '../direction';
import { Exact } from '../exact';
import { idOf } from '../whale';
import { type Joining, foldOf, grown, hasRoom, latestOf, plus } from './joining';
import { type Entry, type Window, addressesOf } from './window';

/** From what was sent to what comes back of it, in ms. */
const BACK_MS = 30 * 60_000;
/** From one payment of a wallet that keeps the rest to its next, in ms. */
const AGAIN_MS = 2 * 60 * 60_000;
/** What comes back may be so much of what was sent, with what was earned with it meanwhile. */
const BACK_AT_MOST = '1.05';
/** From so much of it on it is the same coins. */
const ALL_BACK = '0.95';

/**
 * Joins what was sent where it, or a part of it, comes back to the wallets that had sent it; and what a wallet sends
 * to itself, which is the change of what it pays. What somebody pays into an exchange and what the exchange pays out
 * are two events, however much alike they look.
 */
export function foldChange(entry: Entry, window: Window): Joining | null {
  const back = addressesOf(entry.to);
  if (back.length === 0 || entry.from.some(isExchange) || entry.to.some(isExchange)) return null;
  return isKept(entry) ? foldKept(entry, window) : foldBack(entry, back, window);
}

function foldBack(entry: Entry, back: readonly string[], window: Window): Joining | null {
  const sent = latestOf(
    addressesOf(entry.from)
      .flatMap((address) => window.receivedBy(address, entry))
      .filter(
        (each) => !isKept(each) && isBackOf(each, entry, back) && isSure(each, entry, window),
      ),
  );
  if (sent === null) return null;
  const { fold: into } = sent;
  if (into === null) {
    const fold = foldOf(sent, { reason: 'CHANGE', rest: entry.amount });
    return { into, members: [sent, entry], fold: grown(fold, [entry], {}) };
  }
  const rest = plus(into.current.rest ?? '0', entry.amount);
  return { into, members: [entry], fold: grown(into.current, [entry], { rest }) };
}

function isBackOf(sent: Entry, entry: Entry, back: readonly string[]): boolean {
  const waited = entry.time - sent.time;
  if (waited < 0 || waited > BACK_MS || sent.id === entry.id) return false;
  if (sent.from.some(isExchange) || sent.to.some(isExchange)) return false;
  const senders = addressesOf(sent.from);
  if (!back.every((address) => senders.includes(address))) return false;
  const returned = new Exact(sent.fold?.current.rest ?? 0).plus(entry.amount);
  return isOpen(sent, entry.time) && new Exact(sent.amount).mul(BACK_AT_MOST).gte(returned);
}

/** A part that comes from a busy wallet, like that of a contract, may be anybody's. */
const isSure = (sent: Entry, entry: Entry, window: Window): boolean =>
  new Exact(sent.amount).mul(ALL_BACK).lte(entry.amount) ||
  addressesOf(entry.from).every((address) => window.receivedBy(address, entry).length === 1);

/** Alone, or what others have come back of already. */
const isOpen = ({ fold, id }: Entry, time: number): boolean =>
  fold === null ||
  (fold.current.reason === 'CHANGE' && idOf(fold.current) === id && hasRoom(fold.current, time));

/** Nothing of it reaches another wallet. */
function isKept({ from, to }: Entry): boolean {
  const senders = addressesOf(from);
  return to.length > 0 && to.every(({ address }) => address !== null && senders.includes(address));
}

/** The same coins again and again: they count once. */
function foldKept(entry: Entry, window: Window): Joining | null {
  const before = latestOf(
    addressesOf(entry.to)
      .flatMap((address) => window.spentBy(address, entry))
      .filter(
        (each) =>
          each.id !== entry.id &&
          isKept(each) &&
          Math.abs(entry.time - each.time) <= AGAIN_MS &&
          (each.fold === null || hasRoom(each.fold.current, entry.time)),
      ),
  );
  if (before === null) return null;
  const { fold: into } = before;
  const current = into?.current ?? foldOf(before, { reason: 'CHANGE', rest: null });
  const isMore = new Exact(entry.amount).gt(current.amount);
  const most = isMore ? { amount: entry.amount, usd: entry.usd ?? current.usd } : {};
  const members = into === null ? [before, entry] : [entry];
  return { into, members, fold: grown(current, [entry], most) };
}
