import { randomBytes } from 'node:crypto';
import type { PrismaClient } from '@spyhop/prisma/client';
import type { Transaction } from '@spyhop/prisma/row-owner';
import {
  GOOD_BESIDE_LATER_MS,
  LINK_MS,
  LINK_TOKEN_BYTES,
  type LinkPurpose,
  hashLinkToken,
} from '../rules/link';
import type { Also } from './also';
import { holdPassword } from './owner-lock';

/** A link that can still be followed. */
export interface MailLink {
  userId: string;
  /** The new address of CHANGE_EMAIL; null otherwise. */
  email: string | null;
}

/** Single-use links; of their tokens a hash is kept. */
export class MailLinkStore {
  constructor(private readonly prisma: PrismaClient) {}

  /**
   * Takes the place of a user's earlier links for the same, but of those that are still good beside it; false where the
   * password that was shown for it, or the account, is gone meanwhile. `also` happens in the same transaction.
   */
  async add(
    { userId, email, passwordAt }: MailLink & { passwordAt: number | null },
    { purpose, token }: { purpose: LinkPurpose; token: string },
    now: number,
    also: Also = async () => undefined,
  ): Promise<boolean> {
    const expiresAt = new Date(now + LINK_MS[purpose]);
    return this.prisma.$transaction(async (tx) => {
      if (!(await holdPassword(tx, userId, passwordAt))) return false;
      const replaced = { lte: new Date(now + LINK_MS[purpose] - GOOD_BESIDE_LATER_MS[purpose]) };
      await tx.mailLink.deleteMany({ where: { userId, purpose, expiresAt: replaced } });
      const data = { userId, purpose, email, tokenHash: hashOf(token), expiresAt };
      await tx.mailLink.create({ data });
      await also(tx);
      return true;
    });
  }

  /** What it is for, without using it; null for one that is used, replaced, too old or unknown. */
  find(token: string, purpose: LinkPurpose, now: number): Promise<MailLink | null> {
    return this.prisma.mailLink.findFirst({
      where: { tokenHash: hashOf(token), purpose, expiresAt: { gt: new Date(now) } },
      select: { userId: true, email: true },
    });
  }
}

/** Uses a link in the transaction that does what it is for, so that of two who follow it one is late. */
export async function useLink(
  transaction: Transaction,
  token: string,
  purpose: LinkPurpose,
): Promise<boolean> {
  const { count } = await transaction.mailLink.deleteMany({
    where: { tokenHash: hashOf(token), purpose },
  });
  return count === 1;
}

/** Nobody guesses it. */
export const newLinkToken = (): string => randomBytes(LINK_TOKEN_BYTES).toString('base64url');

const hashOf = (token: string): Uint8Array<ArrayBuffer> => new Uint8Array(hashLinkToken(token));
