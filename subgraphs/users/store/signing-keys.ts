import { type KeyObject, createPrivateKey } from 'node:crypto';
import type { SecretBox } from '@spyhop/platform/secret-box';
import type { PrismaClient } from '@spyhop/prisma/client';
import type { Transaction } from '@spyhop/prisma/row-owner';
import { type JWK, calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';
import { SEALED_AS } from '../rules/sealed-names';
import { ANNOUNCED_MS, type SigningKey, isNextDue, publishedAt } from '../rules/signing-keys';
import { holdLock } from './advisory-locks';
import type { Also } from './also';

/** One with its private part. */
export interface OwnSigningKey extends SigningKey {
  privateKey: KeyObject;
}

const Jwk = z.looseObject({ kty: z.string() });
/** A start on a busy machine waits rather than fails, milliseconds. */
const PATIENT = { maxWait: 20_000, timeout: 20_000 };

/** The keys of access tokens, private parts sealed. */
export class SigningKeyStore {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly box: SecretBox,
  ) {}

  /** All that sign, will sign, or have signed what may still be valid. */
  async load(now: number): Promise<OwnSigningKey[]> {
    const rows = await this.prisma.signingKey.findMany({ orderBy: { signsFrom: 'asc' } });
    const known = rows.map((row) => ({ ...signingKeyOf(row), sealed: row.privateKey }));
    return publishedAt(known, now).map(({ sealed, ...key }) => ({
      ...key,
      privateKey: this.unseal(key.kid, sealed),
    }));
  }

  /** Makes the next key where one is due, and removes those that count no more. Safe in many processes at once. */
  async keepRotating(now: number): Promise<void> {
    await this.rotate(now, (keys) => isNextDue(keys, now));
  }

  /**
   * Makes the next key, which signs as soon as everyone can know it; the first one at once. `also` happens in the same
   * transaction.
   */
  async rotate(
    now: number,
    isDue: (keys: readonly SigningKey[]) => boolean = () => true,
    also: Also = async () => undefined,
  ): Promise<void> {
    await this.prisma.$transaction(async (tx) => {
      await holdLock(tx, 'signing keys');
      const rows = await tx.signingKey.findMany();
      const keys = rows.map(signingKeyOf);
      const counting = publishedAt(keys, now).map(({ kid }) => kid);
      await tx.signingKey.deleteMany({ where: { kid: { notIn: counting } } });
      if (!isDue(keys)) return;
      await this.add(tx, { now, signsFrom: keys.length === 0 ? now : now + ANNOUNCED_MS });
      await also(tx);
    }, PATIENT);
  }

  /**
   * Makes a key that signs from now on, alone: what the others have signed counts no more. `also` happens in the same
   * transaction, with the ids of those others, to which it resolves.
   */
  replace(
    now: number,
    also: (tx: Transaction, withdrawn: readonly string[]) => Promise<void>,
  ): Promise<readonly string[]> {
    return this.prisma.$transaction(async (tx) => {
      await holdLock(tx, 'signing keys');
      const rows = await tx.signingKey.findMany({ select: { kid: true } });
      const withdrawn = rows.map(({ kid }) => kid);
      await tx.signingKey.deleteMany();
      await this.add(tx, { now, signsFrom: now });
      await also(tx, withdrawn);
      return withdrawn;
    }, PATIENT);
  }

  private async add(
    tx: Transaction,
    { now, signsFrom }: { now: number; signsFrom: number },
  ): Promise<void> {
    const times = { createdAt: new Date(now), signsFrom: new Date(signsFrom) };
    await tx.signingKey.create({ data: { ...(await this.make()), ...times } });
  }

  private async make() {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
    const { kty, crv, x } = await exportJWK(publicKey);
    const kid = await calculateJwkThumbprint({ kty, crv, x });
    const sealed = this.box.seal(
      JSON.stringify(await exportJWK(privateKey)),
      SEALED_AS.signingKey(kid),
    );
    return { kid, publicKey: { kty, crv, x, kid, alg: 'EdDSA', use: 'sig' }, privateKey: sealed };
  }

  private unseal(kid: string, sealed: string): KeyObject {
    const key = Jwk.parse(JSON.parse(this.box.openText(sealed, SEALED_AS.signingKey(kid))));
    return createPrivateKey({ key, format: 'jwk' });
  }
}

const signingKeyOf = (row: { kid: string; publicKey: unknown; signsFrom: Date }): SigningKey => ({
  kid: row.kid,
  publicKey: Jwk.parse(row.publicKey) as JWK,
  signsFrom: row.signsFrom.getTime(),
});
