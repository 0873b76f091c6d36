import { Prisma } from '@spyhop/prisma/client';
import type { PipelinedTransaction } from '@spyhop/prisma/pipelined';
import { ownerTerms } from '../rules/filter';
import type { Placement } from '../rules/folding/folder';
import { asListed, isHead } from '../rules/folding/listed';
import type { WhaleTransaction } from '../rules/whale';

type Written = Pick<WhaleTransaction, 'chain' | 'hash' | 'legs' | 'fold'> & {
  /** ISO 8601. */
  time: string;
  usd_band: number;
  listed_band: number | null;
  listed_direction: string | null;
};

interface OwnerRow extends Pick<Written, 'chain' | 'hash' | 'time'> {
  term: string;
  symbol: string;
  usd_band: number | null;
  is_fold: boolean;
  listed_band: number | null;
  listed_direction: string | null;
}

/** Part of the statement that stores transactions: by whom each is found. */
export const storedOwners = (transactions: readonly Written[]): Prisma.Sql => Prisma.sql`owners AS (
    INSERT INTO whales.party_owner AS p (term, symbol, chain, hash, time, usd_band, is_fold,
      listed_band, listed_direction)
    SELECT * FROM jsonb_to_recordset(${JSON.stringify(transactions.flatMap(rowsOf))}::jsonb) AS given (
      term text, symbol text, chain text, hash text, time timestamptz, usd_band smallint,
      is_fold boolean, listed_band smallint, listed_direction text)
    ON CONFLICT (chain, hash, term, symbol) DO UPDATE SET usd_band = excluded.usd_band,
      is_fold = excluded.is_fold, listed_band = excluded.listed_band,
      listed_direction = excluded.listed_direction
    WHERE (p.usd_band, p.is_fold, p.listed_band, p.listed_direction) IS DISTINCT FROM
      (excluded.usd_band, excluded.is_fold, excluded.listed_band, excluded.listed_direction)
  )`;

/** Has nobody else find transactions that were stored before. */
export function removeOtherOwners(
  sql: PipelinedTransaction,
  transactions: readonly Written[],
): void {
  if (transactions.length === 0) return;
  const chains = transactions.map(({ chain }) => chain);
  const hashes = transactions.map(({ hash }) => hash);
  sql.send(Prisma.sql`
    DELETE FROM whales.party_owner p
    USING unnest(${chains}::text[], ${hashes}::text[]) AS told (chain, hash)
    WHERE p.chain = told.chain AND p.hash = told.hash
      AND (p.chain, p.hash, p.term, p.symbol) NOT IN (
        SELECT * FROM jsonb_to_recordset(${JSON.stringify(transactions.flatMap(rowsOf))}::jsonb)
          AS given (chain text, hash text, term text, symbol text))`);
}

/** By its own owners, and as lists show it: a fold's head by those of the whole, another member by none. */
function rowsOf(transaction: Written): OwnerRow[] {
  const { chain, hash, time, legs, usd_band, listed_band, listed_direction } = transaction;
  const own = ownerTerms(legs);
  const shown = ownerTerms(asListed(transaction)?.sides ?? []);
  const symbols = [...new Set(legs.map(({ symbol }) => symbol))];
  return [...new Set([...own, ...shown])].flatMap((term) =>
    symbols.map((symbol) => ({
      ...{ term, symbol, chain, hash, time, is_fold: isHead(transaction) },
      usd_band: own.has(term) ? usd_band : null,
      listed_band: shown.has(term) ? listed_band : null,
      listed_direction: shown.has(term) ? listed_direction : null,
    })),
  );
}

/** By whom a fold is found that has this head; nothing for another member. */
export const termsOfHead = (placement: Placement): string[] =>
  isHead(placement) ? [...ownerTerms([placement.fold])] : [];

/** Parts of the statement that tells of transactions anew: it is whom a fold begins and ends with that finds it. */
export const OWNERS_TOLD_ANEW = Prisma.sql`
  other_owners AS (
    UPDATE whales.party_owner p
    SET is_fold = told.is_fold, listed_band = NULL, listed_direction = NULL
    FROM told WHERE p.chain = told.chain AND p.hash = told.hash
      AND p.listed_band IS NOT NULL AND NOT p.term = ANY (told.terms)
  ), owners AS (
    INSERT INTO whales.party_owner AS p (term, symbol, chain, hash, time, is_fold, listed_band,
      listed_direction)
    SELECT term, symbol, chain, hash, time, true, listed_band, listed_direction
    FROM transactions CROSS JOIN unnest(terms) AS term
    ON CONFLICT (chain, hash, term, symbol) DO UPDATE SET is_fold = true,
      listed_band = excluded.listed_band, listed_direction = excluded.listed_direction
    WHERE (p.is_fold, p.listed_band, p.listed_direction)
      IS DISTINCT FROM (true, excluded.listed_band, excluded.listed_direction)
  )`;
