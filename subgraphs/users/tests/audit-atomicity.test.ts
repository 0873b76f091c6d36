import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Authenticator } from './authenticator';
import {
  CONFIRM_TOTP,
  REAUTHENTICATE,
  REMOVE_TOTP,
  RENEW_CODES,
  SET_UP_TOTP,
  setUpTotp,
  totpCode,
} from './factor-kit';
import { CREATE_KEY, REVOKE_KEY, ROTATE_KEY, makeKey } from './keys';
import { PASSWORD, type SignedUp, type UsersRig, VERIFY_EMAIL, startUsersRig } from './kit';
import { FINISH_REGISTRATION, REMOVE_PASSKEY, addPasskey, startRegistration } from './passkey-kit';

type Variables = Record<string, unknown>;

let rig: UsersRig;
let owner: pg.Client;
let someone: SignedUp;
beforeAll(async () => {
  rig = await startUsersRig();
  owner = new pg.Client({ connectionString: rig.databaseUrl });
  await owner.connect();
  someone = await rig.signUp('whole@example.org');
});
afterAll(async () => {
  await owner?.end();
  await rig?.stop();
});

const OTHER_PASSWORD = { currentPassword: PASSWORD, newPassword: 'harbour-lamp-violet-66' };
const CHANGE_PASSWORD = `mutation ($input: ChangePasswordInput!) { changePassword(input: $input) }`;
const CHANGE_EMAIL = `mutation ($input: ChangeEmailInput!) { changeEmail(input: $input) }`;

/** While the audit log does not take what is told of acts. */
async function whileNothingIsRecorded<Result>(work: () => Promise<Result>): Promise<Result> {
  await owner.query(
    'ALTER TABLE users.audit_arrival ADD CONSTRAINT refusing CHECK (false) NOT VALID',
  );
  try {
    return await work();
  } finally {
    await owner.query('ALTER TABLE users.audit_arrival DROP CONSTRAINT refusing');
  }
}

/** All of somebody's account that acts change, as the database has it. */
async function account(): Promise<unknown> {
  const userId = someone.userId;
  const { rows } = await owner.query<{ kept: unknown }>(
    `SELECT jsonb_build_object(
       'user', (SELECT to_jsonb(u) FROM users."user" u WHERE id = $1),
       'totp', (SELECT jsonb_agg(to_jsonb(t)) FROM users.totp t WHERE user_id = $1),
       'passkeys', (SELECT jsonb_agg(to_jsonb(p)) FROM users.passkey p WHERE user_id = $1),
       'codes', (SELECT jsonb_agg(to_jsonb(c)) FROM users.recovery_code c WHERE user_id = $1),
       'keys', (SELECT jsonb_agg(to_jsonb(k)) FROM users.api_key k WHERE user_id = $1),
       'deletion', (SELECT to_jsonb(d) FROM users.account_deletion d WHERE user_id = $1)
     ) AS kept`,
    [userId],
  );
  return rows[0]?.kept;
}

describe('an act that the audit log cannot take does not happen', () => {
  let keyId: string;
  let passkeyId: string;
  beforeAll(async () => {
    keyId = (await makeKey(someone)).apiKey.id;
    passkeyId = (await addPasskey(someone.browser, new Authenticator())).passkey.id;
    await setUpTotp(rig, someone.browser);
  });

  it.each<[string, string, () => Variables | Promise<Variables>]>([
    ['a key', CREATE_KEY, () => ({ input: { name: 'robot', scopes: ['READ_MARKET'] } })],
    ['a key in the place of another', ROTATE_KEY, () => ({ id: keyId, overlapMinutes: 5 })],
    ['the end of a key', REVOKE_KEY, () => ({ id: keyId })],
    ['an export', 'mutation { exportMyData }', () => ({})],
    ['a deletion', 'mutation { requestAccountDeletion }', () => ({})],
    ['other recovery codes', RENEW_CODES, () => ({})],
    ['a passkey', FINISH_REGISTRATION, () => madePasskey()],
    ['the end of a passkey', REMOVE_PASSKEY, () => ({ id: passkeyId })],
    ['another app that shows codes', CONFIRM_TOTP, () => codeOfAnotherApp()],
    ['the end of an app', REMOVE_TOTP, () => ({})],
    ['another password', CHANGE_PASSWORD, () => ({ input: OTHER_PASSWORD })],
    ['another e-mail address', VERIFY_EMAIL, () => linkToAnotherAddress()],
  ])('%s', async (_act, query, variablesFor) => {
    const variables = await variablesFor();
    const before = await account();
    const code = await whileNothingIsRecorded(() => someone.browser.errorCode(query, variables));
    expect(code).toBe('INTERNAL');
    expect(await account()).toEqual(before);
  });

  it('the end of a recovery code, which is still good', async () => {
    const { browser } = someone;
    const { renewRecoveryCodes: codes } = await browser.data<{ renewRecoveryCodes: string[] }>(
      RENEW_CODES,
    );
    const input = { password: PASSWORD, recoveryCode: codes[0] };
    await whileNothingIsRecorded(async () => {
      expect(await browser.errorCode(REAUTHENTICATE, { input })).toBe('INTERNAL');
    });
    expect((await browser.ask(REAUTHENTICATE, { input })).errors).toBeUndefined();
  });

  it('that an account stays which was to go', async () => {
    await someone.browser.data('mutation { requestAccountDeletion }');
    const before = await account();
    await whileNothingIsRecorded(async () => {
      const cancel = 'mutation { cancelAccountDeletion }';
      expect(await someone.browser.errorCode(cancel)).toBe('INTERNAL');
    });
    expect(await account()).toEqual(before);
  });
});

async function madePasskey(): Promise<Variables> {
  const options = await startRegistration(someone.browser);
  return { response: new Authenticator().create(options), name: 'Stick' };
}

async function codeOfAnotherApp(): Promise<Variables> {
  const { setUpTotp: made } = await someone.browser.data<{ setUpTotp: { manualKey: string } }>(
    SET_UP_TOTP,
  );
  return { code: totpCode(made.manualKey, rig.now) };
}

async function linkToAnotherAddress(): Promise<Variables> {
  const email = 'elsewhere@example.org';
  const input = { email, password: PASSWORD };
  await someone.browser.data(CHANGE_EMAIL, { input });
  return { token: (await rig.mailbox.next(email)).token };
}
