import type { WhaleParty } from '@spyhop/platform/topics';
import { Exact } from '../exact';
import { type Joining, foldOf, grown, hasRoom, latestOf, plus } from './joining';
import { type Entry, type Window, addressesOf } from './window';

/** From what was sent to what comes back of it, in ms. */
const BACK_MS = 30 * 60_000;

const isExchange = ({ ownerKind }: WhaleParty): boolean => ownerKind.startsWith('EXCHANGE');

/**
 * Joins what was sent where a part of it comes back to the wallets that had sent it. What somebody pays into an
 * exchange and what the exchange pays out are two events, however much alike they look.
 */
export function foldChange(entry: Entry, window: Window): Joining | null {
  const back = addressesOf(entry.to);
  if (back.length === 0 || [...entry.from, ...entry.to].some(isExchange)) return null;
  const sent = latestOf(
    addressesOf(entry.from)
      .flatMap((address) => window.receivedBy(address, entry))
      .filter((each) => isChangeOf(each, entry, back)),
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

/** Less than what was sent and has not come back yet. */
function isChangeOf(sent: Entry, entry: Entry, back: readonly string[]): boolean {
  const waited = entry.time - sent.time;
  if (waited < 0 || waited > BACK_MS || sent.id === entry.id) return false;
  if ([...sent.from, ...sent.to].some(isExchange)) return false;
  const senders = addressesOf(sent.from);
  if (!back.every((address) => senders.includes(address))) return false;
  return isOpen(sent, entry.time) && new Exact(entry.amount).lt(leftOf(sent));
}

const isOpen = ({ fold, id }: Entry, time: number): boolean =>
  fold === null ||
  (fold.current.reason === 'CHANGE' &&
    id === `${fold.current.chain}:${fold.current.hash}` &&
    hasRoom(fold.current, time));

const leftOf = ({ amount, fold }: Entry) => new Exact(amount).minus(fold?.current.rest ?? 0);
