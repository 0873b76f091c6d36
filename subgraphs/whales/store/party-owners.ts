import type { Prisma } from '@spyhop/prisma/client';
import { ownerTerms } from '../rules/filter';
import type { WhaleTransaction } from '../rules/whale';

type Written = Pick<WhaleTransaction, 'chain' | 'hash' | 'legs'> & {
  /** ISO 8601. */
  time: string;
  usd_band: number;
};

const NOBODY = 'kind:UNKNOWN';

/** Writes by whom each of these transactions is found; one that is known may have gained owners. */
export async function writePartyOwners(
  sql: Prisma.TransactionClient,
  transactions: readonly Written[],
): Promise<void> {
  const rows = transactions.flatMap(({ legs, chain, hash, time, usd_band }) =>
    [...ownerTerms(legs)].map((term) => ({ term, chain, hash, time, usd_band })),
  );
  await sql.$executeRaw`
    INSERT INTO whales.party_owner (term, chain, hash, time, usd_band)
    SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given (
      term text, chain text, hash text, time timestamptz, usd_band smallint)
    ON CONFLICT (term, chain, hash) DO UPDATE SET usd_band = excluded.usd_band`;
  // Owners are only ever added, so all that can be no longer true is that one was unknown.
  const known = transactions.filter(({ legs }) => !ownerTerms(legs).has(NOBODY));
  if (known.length === 0) return;
  await sql.$executeRaw`
    DELETE FROM whales.party_owner WHERE term = ${NOBODY} AND (chain, hash) IN (SELECT * FROM unnest(
      ${known.map(({ chain }) => chain)}::text[], ${known.map(({ hash }) => hash)}::text[]))`;
}
