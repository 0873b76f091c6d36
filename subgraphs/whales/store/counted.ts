import type { WhaleTransaction } from '../rules/whale';

/** What became of a transaction; null where it did not count before, or does not any more. */
export interface Change {
  before: WhaleTransaction | null;
  after: WhaleTransaction | null;
}

/** Those of what moves otherwise, whatever else of it has changed. */
export const movedOtherwise = (changes: readonly Change[]): Change[] =>
  changes.filter(({ before, after }) => before?.legs !== after?.legs);

/** What a change takes out, and what it adds. */
export const countedOf = (changes: readonly Change[]): Counted[] =>
  changes.flatMap(({ before, after }): Counted[] => [
    ...(before ? [{ transaction: before, sign: -1 as const }] : []),
    ...(after ? [{ transaction: after, sign: 1 as const }] : []),
  ]);

/** A transaction that begins to count, or ceases to. */
export interface Counted {
  transaction: WhaleTransaction;
  /** 1 to count it, -1 to take it out again. */
  sign: 1 | -1;
}

/** What rows of all tables have of it. */
export const headOf = ({ transaction: { chain, hash, time }, sign }: Counted) => ({
  ...{ chain, hash, sign },
  time: new Date(time).toISOString(),
});
