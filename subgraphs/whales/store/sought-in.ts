import { Prisma } from '@spyhop/prisma/client';
import { type WhaleFilter, kindTerms, nameTerms } from '../rules/filter';

/** The table whose index a list is read from, by what is asked for; `m` is a row of it. */
export interface Sought {
  table: 'transaction' | 'asset_move' | 'party_owner' | 'pattern_move';
  /** What each page is read for by itself. */
  across: Prisma.Sql[];
  conditions: Prisma.Sql[];
}

/**
 * Of all that must hold the rarest as a rule is sought in its index: a pattern before an owner's name, that before a
 * kind of owners, and that before an asset alone. The others are looked up row by row, by their keys.
 */
export function soughtIn(filter: WhaleFilter): Sought {
  const { symbols, ownerKinds, owners, pattern } = filter;
  const [kinds, names] = [kindTerms(ownerKinds), nameTerms(owners)];
  const across: Prisma.Sql[] = [];
  const conditions: Prisma.Sql[] = [];
  if (symbols) {
    across.push(Prisma.sql`unnest(${symbols}::text[]) AS wanted_symbol`);
    conditions.push(Prisma.sql`m.symbol = wanted_symbol`);
  }
  if (pattern) {
    const owners = [kinds, names].flatMap((terms) => (terms ? [owned(terms, filter)] : []));
    conditions.push(Prisma.sql`m.rule = ${pattern}`, ...owners);
    return { table: 'pattern_move', across, conditions };
  }
  const terms = names ?? kinds;
  if (terms === null) return { table: symbols ? 'asset_move' : 'transaction', across, conditions };
  across.push(Prisma.sql`unnest(${terms}::text[]) AS wanted_term`);
  conditions.push(Prisma.sql`m.term = wanted_term`);
  if (names && kinds) conditions.push(owned(kinds, filter));
  return { table: 'party_owner', across, conditions };
}

// Not EXISTS, for which PostgreSQL may read all rows of the other table before the first of this one.
const owned = (terms: readonly string[], { isRaw }: WhaleFilter): Prisma.Sql => Prisma.sql`(
  SELECT true FROM whales.party_owner p
  WHERE p.term = ANY (${terms}::text[]) AND p.chain = m.chain AND p.hash = m.hash
    AND ${Prisma.raw(isRaw ? 'p.usd_band' : 'p.listed_band')} IS NOT NULL LIMIT 1)`;
