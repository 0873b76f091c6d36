import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SecretBox, keyRing, newKeyRingText } from '@spyhop/platform/secret-box';
import { usersCommand } from '../administer';
import { Resealing } from '../store/resealing';
import {
  CONFIRM_TOTP,
  SET_UP_TOTP,
  type WithTotp,
  signUpWithTotp,
  startSignIn,
  totpCode,
} from './factor-kit';
import { REFRESH, type UsersRig, startUsersRig } from './kit';

const NEW_KEY = newKeyRingText('new');
const MANY = 1_200;
const SEALED = `
  SELECT private_key AS text FROM users.signing_key UNION ALL
  SELECT chain_key FROM users.session UNION ALL SELECT seed FROM users.totp`;
const CONFIRM = `mutation ($input: SecondFactorInput!) {
  confirmSecondFactor(input: $input) { user { id } }
}`;

let rig: UsersRig;
let someone: WithTotp;
let bothKeys: string;
beforeEach(async () => {
  rig = await startUsersRig();
  someone = await signUpWithTotp(rig, 'sealed@example.org');
  bothKeys = `${NEW_KEY},${await rig.command.secretKeys()}`;
  await rig.restart({ SECRET_KEYS: bothKeys });
});
afterEach(() => rig?.stop());

async function reseal(): Promise<{ code: number; said: string }> {
  let said = '';
  const output = { write: (text: string) => (said += text) };
  const parts = { ...rig.command, secretKeys: async () => bothKeys, output };
  return { code: await usersCommand(['reseal'], parts), said };
}

/** The names of the keys that sealed what the database has. */
async function keysInUse(): Promise<string[]> {
  const rows = await rig.prisma.$queryRawUnsafe<{ text: string }[]>(SEALED);
  return [...new Set(rows.map(({ text }) => text.slice(0, text.indexOf('.'))))].sort();
}

async function addSessions(count: number): Promise<void> {
  const box = new SecretBox(keyRing.parse(await rig.command.secretKeys()));
  const row = await rig.prisma.session.findFirstOrThrow();
  await rig.prisma.session.createMany({
    data: Array.from({ length: count }, () => {
      const id = randomUUID();
      return { ...row, id, chainKey: box.seal('of a chain', `session:${id}`) };
    }),
  });
}

describe('sealing everything anew', () => {
  it('lets somebody begin again who was setting up an app when the old key went', async () => {
    const { browser } = await rig.signUp('between@example.org');
    await rig.restart({ SECRET_KEYS: await rig.command.secretKeys() });
    const { setUpTotp } = await browser.data<{ setUpTotp: { manualKey: string } }>(SET_UP_TOTP);
    await rig.restart({ SECRET_KEYS: bothKeys });
    await reseal();
    await rig.restart({ SECRET_KEYS: NEW_KEY });
    const code = totpCode(setUpTotp.manualKey, rig.now);
    expect(await browser.errorCode(CONFIRM_TOTP, { code })).toBe('CHALLENGE_INVALID');
    const again = await browser.data<{ setUpTotp: { manualKey: string } }>(SET_UP_TOTP);
    const next = totpCode(again.setUpTotp.manualKey, rig.now);
    expect(await browser.data(CONFIRM_TOTP, { code: next })).toHaveProperty('confirmTotp');
  });

  it('leaves nothing that needs the old key, which may then be gone', async () => {
    expect(await keysInUse()).toEqual(['test']);
    const { code, said } = await reseal();
    expect(code).toBe(0);
    expect(said).toContain('no other key is needed');
    expect(await keysInUse()).toEqual(['new']);
    const published = await rig.publicKeys();

    await rig.restart({ SECRET_KEYS: NEW_KEY });
    expect(await rig.publicKeys()).toEqual(published);
    const { refreshSession } = await rig
      .browser()
      .data<{ refreshSession: { user: { id: string } } }>(REFRESH, {
        refreshToken: someone.refreshToken,
      });
    expect(refreshSession.user.id).toBe(someone.userId);
    const { challenge, browser } = await startSignIn(rig, someone.email);
    const input = { challenge, code: totpCode(someone.manualKey, rig.now) };
    expect(await browser.data(CONFIRM, { input })).toEqual({
      confirmSecondFactor: { user: { id: someone.userId } },
    });
  });

  it('is needed: without it nothing starts once the old key is gone', async () => {
    await expect(rig.restart({ SECRET_KEYS: NEW_KEY })).rejects.toThrow(/no key "test"/);
    await rig.restart({ SECRET_KEYS: bothKeys });
  });

  it('can be broken off, and goes on where it was', async () => {
    await addSessions(MANY);
    const resealing = new Resealing(rig.prisma, new SecretBox(keyRing.parse(bothKeys)));
    const brokenOff = resealing.run((column) => {
      if (column === 'session.chain_key') throw new Error('broken off');
    });
    await expect(brokenOff).rejects.toThrow('broken off');
    const left = MANY + 1 - 500;
    expect((await reseal()).said).toContain(`${left} sealed anew`);
    expect(await keysInUse()).toEqual(['new']);
    expect((await reseal()).said).toContain('0 sealed anew');
  });

  it('disturbs nobody who renews a session meanwhile', async () => {
    await addSessions(MANY);
    let { refreshToken } = someone;
    let isRunning = true;
    const done = reseal().finally(() => (isRunning = false));
    while (isRunning) {
      const { refreshSession } = await rig
        .browser()
        .data<{ refreshSession: { refreshToken: string } }>(REFRESH, { refreshToken });
      ({ refreshToken } = refreshSession);
    }
    expect((await done).code).toBe(0);
    await rig.restart({ SECRET_KEYS: NEW_KEY });
    expect((await rig.browser().ask(REFRESH, { refreshToken })).errors).toBeUndefined();
  });

  it('names what no key opens, and leaves it', async () => {
    await rig.prisma.totp.updateMany({ data: { seed: 'gone.AAAA' } });
    const { code, said } = await reseal();
    expect(code).toBe(1);
    expect(said).toContain('totp.seed: 1 that no key of SECRET_KEYS opens');
    expect(await keysInUse()).toEqual(['gone', 'new']);
  });
});
