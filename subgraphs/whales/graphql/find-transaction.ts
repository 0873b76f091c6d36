import { SpyhopError, invalidInput, notFound } from '@spyhop/platform/errors';
import { type WhaleTransaction, readId } from '../rules/whale';
import type { WhalesContext } from './context';

/** Throws NOT_FOUND, and INVALID_INPUT for what is no id. */
export async function findTransaction(
  id: string,
  { transactions }: Pick<WhalesContext, 'transactions'>,
): Promise<WhaleTransaction> {
  const key = readId(id);
  if (key === null) {
    throw invalidInput(
      `An id is a chain and a hash, like bitcoin:4a5e…, not ${JSON.stringify(id.slice(0, 40))}.`,
    );
  }
  const found = await transactions.find(key);
  if (found === null) throw notFound('transaction', id.slice(0, 200));
  return found;
}

/** Cursors of streams are positions. */
const CURSOR = /^\d{1,15}$/;
/** Who has missed more is served sooner, and at less cost for all others, by a list. */
const MOST_MISSED = 100_000;

/**
 * Where a stream goes on behind a cursor, or behind an id: where that was first stored, so that no change of it is
 * missed. Null for the newest. Throws NOT_FOUND, also where more than 100,000 changes lie behind it, and
 * INVALID_INPUT for what is neither.
 */
export async function positionBehind(
  after: string | null,
  context: Pick<WhalesContext, 'transactions'>,
): Promise<number> {
  const newest = await context.transactions.newestPosition();
  if (after === null) return newest;
  const position = CURSOR.test(after)
    ? Number(after)
    : (await findTransaction(after, context)).firstPosition;
  if (position > newest) throw notFound('cursor', after);
  if (newest - position <= MOST_MISSED) return position;
  const message = `More than ${MOST_MISSED} changes lie behind ${after}: load the list, and begin without a cursor.`;
  throw new SpyhopError('NOT_FOUND', message);
}
