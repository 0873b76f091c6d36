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
 * Of all that must hold the rarest as a rule is sought in its index: a pattern before an owner's name, that before an
 * asset, and that before a kind of owners. The others are looked up row by row, by their keys.
 */
export function soughtIn({ symbols, ownerKinds, owners, pattern }: WhaleFilter): Sought {
  const [kinds, names] = [kindTerms(ownerKinds), nameTerms(owners)];
  if (pattern) {
    const ofRule = [
      Prisma.sql`m.rule = ${pattern}`,
      ...[kinds, names].flatMap((terms) => (terms ? [owned(terms)] : [])),
    ];
    if (symbols) return by('pattern_move', symbols, ofRule);
    return { table: 'pattern_move', across: [], conditions: ofRule };
  }
  if (names) {
    return by('party_owner', names, [
      ...(kinds ? [owned(kinds)] : []),
      ...(symbols ? [moved(symbols)] : []),
    ]);
  }
  if (symbols) return by('asset_move', symbols, kinds ? [owned(kinds)] : []);
  if (kinds) return by('party_owner', kinds, []);
  return { table: 'transaction', across: [], conditions: [] };
}

function by(
  table: 'asset_move' | 'party_owner' | 'pattern_move',
  wanted: readonly string[],
  conditions: Prisma.Sql[],
): Sought {
  const column = Prisma.raw(table === 'party_owner' ? 'term' : 'symbol');
  return {
    table,
    across: [Prisma.sql`unnest(${wanted}::text[]) AS sought`],
    conditions: [Prisma.sql`m.${column} = sought`, ...conditions],
  };
}

// Not EXISTS, for which PostgreSQL may read all rows of the other table before the first of this one.
const owned = (terms: readonly string[]): Prisma.Sql => Prisma.sql`(
  SELECT true FROM whales.party_owner p
  WHERE p.term = ANY (${terms}::text[]) AND p.chain = m.chain AND p.hash = m.hash LIMIT 1)`;

const moved = (symbols: readonly string[]): Prisma.Sql => Prisma.sql`(
  SELECT true FROM whales.asset_move a
  WHERE a.symbol = ANY (${symbols}::text[]) AND a.chain = m.chain AND a.hash = m.hash LIMIT 1)`;
