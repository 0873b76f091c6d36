import { type WhaleState, type WhaleStatus, WHALE_STATUSES } from '@spyhop/platform/topics';

/** Of a transaction whose sources say nothing else. */
export const UNSAID: WhaleState = {
  status: 'CONFIRMED',
  at: 0,
  confirmations: null,
  replacedBy: null,
};

const WITHDRAWN: ReadonlySet<WhaleStatus> = new Set(['REPLACED', 'DROPPED', 'RETRACTED']);

/** Whether it has moved nothing in the end, so that lists leave it out. */
export const isWithdrawn = ({ status }: Pick<WhaleState, 'status'>): boolean =>
  WITHDRAWN.has(status);

/** The one that was learned later; the same for two of one moment, whichever of them came first. */
export function laterOf(known: WhaleState, told: WhaleState): WhaleState {
  if (told.at !== known.at) return told.at > known.at ? told : known;
  return rankOf(told) > rankOf(known) ? told : known;
}

const rankOf = ({ status }: WhaleState): number => WHALE_STATUSES.indexOf(status);

/** Whether a viewer sees a difference; when it was learned is none. */
export const isOtherwise = (one: WhaleState, other: WhaleState): boolean =>
  one.status !== other.status ||
  one.confirmations !== other.confirmations ||
  one.replacedBy !== other.replacedBy;
