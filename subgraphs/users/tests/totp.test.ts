import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import {
  CONFIRM,
  CONFIRM_TOTP,
  REMOVE_TOTP,
  RENEW_CODES,
  SECOND_FACTOR,
  SET_UP_TOTP,
  signUpWithTotp,
  startSignIn,
  totpCode,
  wrongCode,
} from './factor-kit';
import { PASSWORD, type UsersRig, startUsersRig } from './kit';

type Confirmed = { confirmSecondFactor: { accessToken: string } };
type SetUp = { setUpTotp: { uri: string; manualKey: string } };
type Factor = { me: { secondFactor: { totp: boolean; recoveryCodesLeft: number } } };

let rig: UsersRig;
beforeAll(async () => {
  rig = await startUsersRig();
});
afterAll(() => rig?.stop());

describe('RFC 6238, appendix B', () => {
  /** Time in seconds, and the last six of the eight digits. */
  const VECTORS: [number, string][] = [
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ];
  let early: UsersRig;
  beforeAll(async () => {
    const newTotpSeed = () => Buffer.from('12345678901234567890');
    early = await startUsersRig({ now: 59_000, parts: { newTotpSeed } });
  });
  afterAll(() => early?.stop());

  it('has these codes taken at these times', async () => {
    const { browser } = await early.signUp('rfc@example.org');
    const { setUpTotp } = await browser.data<SetUp>(SET_UP_TOTP);
    expect(setUpTotp.manualKey).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
    await browser.data(CONFIRM_TOTP, { code: '287082' });
    for (const [seconds, code] of VECTORS) {
      early.now = seconds * 1_000;
      const { challenge, browser: other } = await startSignIn(early, 'rfc@example.org');
      const { confirmSecondFactor } = await other.data<Confirmed>(CONFIRM, {
        input: { challenge, code },
      });
      expect(decodeJwt(confirmSecondFactor.accessToken).auth_time).toBe(seconds);
    }
  });
});

describe('an app that shows codes', () => {
  const answerCode = async (email: string, code: string): Promise<string> => {
    const { challenge, browser } = await startSignIn(rig, email);
    const { data, errors } = await browser.ask(CONFIRM, { input: { challenge, code } });
    return data && !errors ? 'signed in' : String(errors?.[0]?.extensions?.['code']);
  };

  it('is told the key as apps read it, with whose it is', async () => {
    const { browser } = await rig.signUp('uri@example.org');
    const { setUpTotp } = await browser.data<SetUp>(SET_UP_TOTP);
    const uri = new URL(setUpTotp.uri);
    expect(decodeURIComponent(uri.pathname)).toBe('/Spyhop:uri@example.org');
    expect(uri.protocol + uri.host).toBe('otpauth:totp');
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      ...{ issuer: 'Spyhop', algorithm: 'SHA1', digits: '6', period: '30' },
      secret: setUpTotp.manualKey,
    });
    expect(setUpTotp.manualKey).toMatch(/^[A-Z2-7]{32}$/);
  });

  it('counts only after a code of it has proved that it has the key', async () => {
    const { browser } = await rig.signUp('pending@example.org');
    const { setUpTotp } = await browser.data<SetUp>(SET_UP_TOTP);
    expect((await startSignIn(rig, 'pending@example.org')).__typename).toBe('SignedIn');
    const code = wrongCode(setUpTotp.manualKey, rig.now);
    expect(await browser.errorCode(CONFIRM_TOTP, { code })).toBe('SECOND_FACTOR_FAILED');
    expect((await startSignIn(rig, 'pending@example.org')).__typename).toBe('SignedIn');
    const right = totpCode(setUpTotp.manualKey, rig.now);
    await browser.data(CONFIRM_TOTP, { code: right });
    expect((await startSignIn(rig, 'pending@example.org')).__typename).toBe('SecondFactorRequired');
    expect(await browser.errorCode(CONFIRM_TOTP, { code: right })).toBe('CHALLENGE_INVALID');
  });

  it('can be confirmed for 15 minutes', async () => {
    const { browser, accessToken } = await rig.signUp('late@example.org');
    const { setUpTotp } = await browser.data<SetUp>(SET_UP_TOTP);
    rig.now += 15 * 60_000;
    browser.actAs({ ...decodeJwt(accessToken), auth_time: rig.now / 1_000 });
    const code = totpCode(setUpTotp.manualKey, rig.now);
    expect(await browser.errorCode(CONFIRM_TOTP, { code })).toBe('CHALLENGE_INVALID');
  });

  it('has each code taken once, also by two who show it at the same time', async () => {
    const email = 'once@example.org';
    const { manualKey } = await signUpWithTotp(rig, email);
    const code = totpCode(manualKey, rig.now);
    const answers = await Promise.all([answerCode(email, code), answerCode(email, code)]);
    expect(answers.sort()).toEqual(['SECOND_FACTOR_FAILED', 'signed in']);
    rig.now += 30_000;
    expect(await answerCode(email, code)).toBe('SECOND_FACTOR_FAILED');
  });

  it('does not have the code taken again that has confirmed it', async () => {
    const email = 'confirming@example.org';
    const { manualKey } = await signUpWithTotp(rig, email);
    expect(await answerCode(email, totpCode(manualKey, rig.now - 30_000))).toBe(
      'SECOND_FACTOR_FAILED',
    );
  });

  it('may be half a minute early or late, but no older code counts after a newer one', async () => {
    const email = 'window@example.org';
    const { manualKey } = await signUpWithTotp(rig, email);
    rig.now += 600_000;
    const at = (steps: number) => totpCode(manualKey, rig.now + steps * 30_000);
    expect(await answerCode(email, at(-2))).toBe('SECOND_FACTOR_FAILED');
    expect(await answerCode(email, at(2))).toBe('SECOND_FACTOR_FAILED');
    expect(await answerCode(email, at(-1))).toBe('signed in');
    expect(await answerCode(email, at(1))).toBe('signed in');
    expect(await answerCode(email, at(0))).toBe('SECOND_FACTOR_FAILED');
  });

  it('can be tried five times, for all who try together; a recovery code goes on', async () => {
    const email = 'limited@example.org';
    const { manualKey, recoveryCodes } = await signUpWithTotp(rig, email);
    const wrong = wrongCode(manualKey, rig.now);
    const answers = await Promise.all(Array.from({ length: 8 }, () => answerCode(email, wrong)));
    expect(answers.filter((answer) => answer === 'SECOND_FACTOR_FAILED')).toHaveLength(5);
    expect(answers.filter((answer) => answer === 'RATE_LIMITED')).toHaveLength(3);
    expect(await answerCode(email, totpCode(manualKey, rig.now))).toBe('RATE_LIMITED');
    const limited = rig.securityEvents.filter(({ kind }) => kind === 'SECOND_FACTOR_LIMITED');
    expect(limited).toHaveLength(1);
    const { challenge, browser } = await startSignIn(rig, email);
    const [recoveryCode] = recoveryCodes;
    await browser.data(CONFIRM, { input: { challenge, recoveryCode } });
  });

  it('is kept sealed in the database', async () => {
    const { manualKey, userId } = await signUpWithTotp(rig, 'sealed@example.org');
    const row = await rig.prisma.totp.findUniqueOrThrow({ where: { userId } });
    expect(row.seed).toMatch(/^test\.[\w-]+$/);
    expect(row.seed).not.toContain(manualKey);
  });

  it("does not open with another user's seed put in its place", async () => {
    const [ann, bob] = [
      await signUpWithTotp(rig, 'ann-seed@example.org'),
      await signUpWithTotp(rig, 'bob-seed@example.org'),
    ];
    const { seed } = await rig.prisma.totp.findUniqueOrThrow({ where: { userId: bob.userId } });
    await rig.prisma.totp.update({ where: { userId: ann.userId }, data: { seed } });
    expect(await answerCode(ann.email, totpCode(bob.manualKey, rig.now))).toBe('INTERNAL');
  });

  it('can be removed, after which the password is all, and codes are gone', async () => {
    const email = 'removed@example.org';
    const { browser } = await signUpWithTotp(rig, email);
    expect(await browser.data(REMOVE_TOTP)).toEqual({ removeTotp: true });
    expect(await browser.data(REMOVE_TOTP)).toEqual({ removeTotp: false });
    expect((await startSignIn(rig, email)).__typename).toBe('SignedIn');
    expect(await browser.data<Factor>(SECOND_FACTOR)).toMatchObject({
      me: { secondFactor: { totp: false, recoveryCodesLeft: 0 } },
    });
    expect(await browser.errorCode(RENEW_CODES)).toBe('NOT_FOUND');
  });

  it('in place of another one makes its codes and recovery codes count no more', async () => {
    const email = 'replaced@example.org';
    const { browser, manualKey: old, recoveryCodes } = await signUpWithTotp(rig, email);
    const { setUpTotp } = await browser.data<SetUp>(SET_UP_TOTP);
    await browser.data(CONFIRM_TOTP, { code: totpCode(setUpTotp.manualKey, rig.now) });
    rig.now += 30_000;
    expect(await answerCode(email, totpCode(old, rig.now))).toBe('SECOND_FACTOR_FAILED');
    const { challenge, browser: other } = await startSignIn(rig, email);
    const input = { challenge, recoveryCode: recoveryCodes[0] };
    expect(await other.errorCode(CONFIRM, { input })).toBe('SECOND_FACTOR_FAILED');
    expect(await answerCode(email, totpCode(setUpTotp.manualKey, rig.now))).toBe('signed in');
  });

  it('is nothing to anybody but its owner, and nothing for nobody', async () => {
    const nobody = rig.browser();
    for (const query of [SET_UP_TOTP, REMOVE_TOTP, RENEW_CODES]) {
      expect(await nobody.errorCode(query)).toBe('UNAUTHENTICATED');
    }
    expect(await nobody.errorCode(CONFIRM_TOTP, { code: '000000' })).toBe('UNAUTHENTICATED');
  });
});

describe('recovery codes', () => {
  it('are ten, each good once, however they are typed', async () => {
    const email = 'codes@example.org';
    const { browser, recoveryCodes } = await signUpWithTotp(rig, email);
    expect(new Set(recoveryCodes).size).toBe(10);
    for (const code of recoveryCodes) expect(code).toMatch(/^[a-z2-7]{6}(-[a-z2-7]{6}){3}$/);
    const [code = ''] = recoveryCodes;
    const typed = ` ${code.replaceAll('-', ' ').toUpperCase()} `;
    const first = await startSignIn(rig, email);
    await first.browser.data(CONFIRM, {
      input: { challenge: first.challenge, recoveryCode: typed },
    });
    const second = await startSignIn(rig, email);
    const again = { input: { challenge: second.challenge, recoveryCode: code } };
    expect(await second.browser.errorCode(CONFIRM, again)).toBe('SECOND_FACTOR_FAILED');
    expect(await browser.data<Factor>(SECOND_FACTOR)).toMatchObject({
      me: { secondFactor: { recoveryCodesLeft: 9 } },
    });
    expect(rig.securityEvents.map(({ kind }) => kind)).toContain('RECOVERY_CODE_USED');
  });

  it('are kept as hashes', async () => {
    const { userId, recoveryCodes } = await signUpWithTotp(rig, 'hashed@example.org');
    const rows = await rig.prisma.recoveryCode.findMany({ where: { userId } });
    expect(rows).toHaveLength(10);
    for (const { codeHash } of rows) {
      expect(codeHash).toHaveLength(32);
      for (const code of recoveryCodes) {
        expect(Buffer.from(codeHash).toString('latin1')).not.toContain(code.slice(0, 6));
      }
    }
  });

  it("are their owner's alone", async () => {
    const ann = await signUpWithTotp(rig, 'ann-codes@example.org');
    const bob = await signUpWithTotp(rig, 'bob-codes@example.org');
    const { challenge, browser } = await startSignIn(rig, ann.email);
    const input = { challenge, recoveryCode: bob.recoveryCodes[0] };
    expect(await browser.errorCode(CONFIRM, { input })).toBe('SECOND_FACTOR_FAILED');
  });

  it('come anew in place of all before', async () => {
    const email = 'renewed@example.org';
    const { browser, recoveryCodes: old } = await signUpWithTotp(rig, email);
    const { renewRecoveryCodes: codes } = await browser.data<{ renewRecoveryCodes: string[] }>(
      RENEW_CODES,
    );
    const { challenge, browser: other } = await startSignIn(rig, email);
    const use = (recoveryCode?: string) => ({ input: { challenge, recoveryCode } });
    expect(await other.errorCode(CONFIRM, use(old[3]))).toBe('SECOND_FACTOR_FAILED');
    await other.data(CONFIRM, use(codes[3]));
  });

  it('do not take the place of a password', async () => {
    const { recoveryCodes } = await signUpWithTotp(rig, 'alone@example.org');
    const input = { challenge: PASSWORD, recoveryCode: recoveryCodes[0] };
    expect(await rig.browser().errorCode(CONFIRM, { input })).toBe('CHALLENGE_INVALID');
  });
});
