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
