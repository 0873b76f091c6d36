import { invalidInput, notFound } from '@spyhop/platform/errors';
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

/** Where a stream begins: behind a cursor or an id, from now on without. Throws NOT_FOUND, INVALID_INPUT. */
export async function positionOf(
  after: string | null,
  context: Pick<WhalesContext, 'transactions'>,
): Promise<number> {
  if (after !== null && !CURSOR.test(after)) {
    return (await findTransaction(after, context)).position;
  }
  const newest = await context.transactions.newestPosition();
  if (after !== null && Number(after) > newest) throw notFound('cursor', after);
  return after === null ? newest : Number(after);
}
