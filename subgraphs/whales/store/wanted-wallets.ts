import { Prisma } from '@spyhop/prisma/client';
import type { WalletKey } from '../rules/wallet';

/** Chains and addresses as rows, in two parameters however many there are. */
export const wanted = (wallets: readonly WalletKey[]): Prisma.Sql => Prisma.sql`
  SELECT * FROM unnest(
    ${wallets.map(({ chain }) => chain)}::text[], ${wallets.map(({ address }) => address)}::text[])`;
