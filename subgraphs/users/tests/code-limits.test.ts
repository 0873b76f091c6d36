import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { Browser } from './browser';
import {
  CONFIRM,
  REAUTHENTICATE,
  START_SIGN_IN,
  type SignInAnswer,
  type WithTotp,
  signUpWithTotp,
  totpCode,
  wrongCode,
} from './factor-kit';
import { PASSWORD, type UsersRig, startUsersRig } from './kit';

let rig: UsersRig;
let networks = 0;
beforeAll(async () => {
  rig = await startUsersRig();
});
afterAll(() => rig?.stop());

const network = (): string => `198.18.9.${(networks += 1)}`;

/** A browser that has given the right password, and what it answers a code with: null, or the error's code. */
async function atSecondStep(email: string, browser: Browser) {
  const input = { email, password: PASSWORD, delivery: 'COOKIE' };
  const { signIn } = await browser.data<SignInAnswer>(START_SIGN_IN, { input });
  return async (code: string, kind: 'code' | 'recoveryCode' = 'code'): Promise<unknown> => {
    const proof = { input: { challenge: signIn.challenge, [kind]: code } };
    const { errors } = await browser.ask(CONFIRM, proof);
    return errors?.[0]?.extensions?.['code'] ?? null;
  };
}

/** What comes of wrong codes, some from each of some networks. */
async function guess(
  { email, manualKey }: WithTotp,
  { from, each }: { from: number; each: number },
): Promise<unknown[]> {
  const wrong = wrongCode(manualKey, rig.now);
  const answers: unknown[] = [];
  for (let stranger = 0; stranger < from; stranger += 1) {
    const answer = await atSecondStep(email, rig.browser({ address: network() }));
    for (let tries = 0; tries < each; tries += 1) answers.push(await answer(wrong));
  }
  return answers;
}

const failed = (answers: readonly unknown[]): number =>
  answers.filter((answer) => answer === 'SECOND_FACTOR_FAILED').length;

/** The code that the app shows next: each counts once. */
function nextCode({ manualKey }: WithTotp): string {
  rig.now += 30_000;
  return totpCode(manualKey, rig.now);
}

describe('guessing the codes of an app, with the right password', () => {
  it('comes to an end for all networks together, and not for a device that has signed in before', async () => {
    const ann = await signUpWithTotp(rig, 'ann@example.org');
    const own = rig.browser({ address: network() });
    expect(await (await atSecondStep(ann.email, own))(nextCode(ann))).toBeNull();
    const answers = await guess(ann, { from: 6, each: 5 });
    expect(failed(answers)).toBe(20);
    expect(answers.slice(20)).toEqual(Array(10).fill('RATE_LIMITED'));
    const newDevice = await atSecondStep(ann.email, rig.browser({ address: network() }));
    expect(await newDevice(nextCode(ann))).toBe('RATE_LIMITED');
    expect(await (await atSecondStep(ann.email, own))(nextCode(ann))).toBeNull();
    // It has tries of its own, not no end of them.
    const onOwn = await atSecondStep(ann.email, own);
    const wrong = wrongCode(ann.manualKey, rig.now);
    const codes: unknown[] = [];
    for (let tries = 0; tries < 6; tries += 1) codes.push(await onOwn(wrong));
    expect(codes).toEqual([...Array(5).fill('SECOND_FACTOR_FAILED'), 'RATE_LIMITED']);
  });

  it('from one network leaves the others alone', async () => {
    const bea = await signUpWithTotp(rig, 'bea@example.org');
    const answers = await guess(bea, { from: 1, each: 8 });
    expect(failed(answers)).toBe(5);
    const elsewhere = await atSecondStep(bea.email, rig.browser({ address: network() }));
    expect(await elsewhere(nextCode(bea))).toBeNull();
  });

  it('is not helped by the cookie of another account’s device', async () => {
    const cay = await signUpWithTotp(rig, 'cay@example.org');
    const dee = await signUpWithTotp(rig, 'dee@example.org');
    const browser = rig.browser({ address: network() });
    expect(await (await atSecondStep(dee.email, browser))(nextCode(dee))).toBeNull();
    await guess(cay, { from: 4, each: 5 });
    expect(await (await atSecondStep(cay.email, browser))(nextCode(cay))).toBe('RATE_LIMITED');
  });

  it('does not keep somebody who is signed in from proving again who they are', async () => {
    const eve = await signUpWithTotp(rig, 'eve@example.org');
    await guess(eve, { from: 4, each: 6 });
    eve.browser.actAs({ ...decodeJwt(eve.accessToken), auth_time: 0 });
    const proof = { input: { password: PASSWORD, code: nextCode(eve) } };
    await eve.browser.data(REAUTHENTICATE, proof);
  });
});

describe('trying recovery codes, with the right password', () => {
  const WRONG = 'aaaaa-aaaaa-aaaaa-aaaaa';

  it('comes to a pause with each challenge and for one network, which is told to the account once', async () => {
    const fay = await signUpWithTotp(rig, 'fay@example.org');
    const address = network();
    const answers: unknown[] = [];
    for (let challenge = 0; challenge < 2; challenge += 1) {
      const answer = await atSecondStep(fay.email, rig.browser({ address }));
      for (let tries = 0; tries < 15; tries += 1) answers.push(await answer(WRONG, 'recoveryCode'));
    }
    expect(answers).toEqual([
      ...Array(20).fill('SECOND_FACTOR_FAILED'),
      ...Array(10).fill('RATE_LIMITED'),
    ]);
    const kinds = rig.securityEvents
      .filter((event) => event.userId === fay.userId && event.address === address)
      .map(({ kind }) => kind);
    expect(kinds).toEqual([...Array(20).fill('SECOND_FACTOR_FAILED'), 'SECOND_FACTOR_LIMITED']);
  });

  it('keeps neither the owner from theirs elsewhere nor anybody from the codes of an app', async () => {
    const gus = await signUpWithTotp(rig, 'gus@example.org');
    const there = rig.browser({ address: network() });
    const onThere = await atSecondStep(gus.email, there);
    for (let tries = 0; tries < 21; tries += 1) await onThere(WRONG, 'recoveryCode');
    expect(await onThere(gus.recoveryCodes[0] ?? '', 'recoveryCode')).toBe('RATE_LIMITED');
    const elsewhere = await atSecondStep(gus.email, rig.browser({ address: network() }));
    expect(await elsewhere(gus.recoveryCodes[0] ?? '', 'recoveryCode')).toBeNull();
    expect(await onThere(nextCode(gus))).toBeNull();
  });
});
