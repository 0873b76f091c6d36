import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PATIENCE_MS, until } from '@spyhop/platform/testkit/until';
import { Secret, TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, openPage } from './browser';
import { inspect } from './inspect';
import { mailed, mailedLink } from './mails';
import { account, enterPassword, newcomer, register, signIn, signInLink, signOut } from './people';
import { Rows } from './rows';
import { type Answer, Stack } from './stack';

/** How long a proof counts: long enough to do on a busy machine what it was given for. */
const RECENT_MS = 15_000;
/** It is looked once a minute for accounts whose time has come. */
const DELETED_WITHIN_MS = 60_000 + PATIENCE_MS;

/** Tables with rows of users that are none of the users subgraph's, whose own tests name those: their sections in an export. */
const SECTIONS_OF_OTHERS = {
  'whales.followed_wallet': 'followedWallets',
  'whales.own_label': 'walletLabels',
};
/** What has happened stays in the audit log. */
const STAYING = ['users.audit_entry'];

let stack: Stack;
let rows: Rows;
let browser: Browser;
let page: Page;
/** Whose address and password change. */
const gil = newcomer('Gil');
let gilsId = '';
/** Those that were not used yet, where a second factor is on. */
let recoveryCodes: string[] = [];

const button = (name: string | RegExp) => page.getByRole('button', { name });
const field = (name: string) => page.getByLabel(name, { exact: true });
const heading = (name: string) => page.getByRole('heading', { name, exact: true });
const dialog = () => page.getByRole('dialog', { name: 'Is it still you?' });

beforeAll(async () => {
  stack = await Stack.start({
    MARKET_SOURCE: 'simulated',
    RECENT_AUTHENTICATION_MINUTES: String(RECENT_MS / 60_000),
    ACCOUNT_DELETION_GRACE_DAYS: '0',
  });
  rows = await Rows.of(stack);
  browser = await openBrowser();
  page = await openPage(browser);
});
afterAll(async () => {
  await browser?.close();
  await rows?.close();
  await stack?.stop();
});

async function prove(): Promise<void> {
  const code = recoveryCodes.pop();
  if (code !== undefined) {
    await dialog().getByRole('button', { name: 'Use a recovery code' }).click();
    await dialog().getByLabel('Recovery code', { exact: true }).fill(code);
  }
  await dialog().getByLabel('Password', { exact: true }).fill(gil.password);
  await dialog().getByRole('button', { name: 'Go on' }).click();
  await dialog().waitFor({ state: 'detached' });
}

/** What comes of an act that needs a proof, which is given again where the last one has grown old meanwhile. */
async function proving<Outcome>(outcome: Promise<Outcome>): Promise<Outcome> {
  const asked = dialog().waitFor();
  await Promise.race([outcome, asked.catch(() => undefined)]);
  if (await dialog().isVisible()) await prove();
  return outcome;
}

const SIGN_IN = `mutation ($input: SignInInput!) {
  signIn(input: $input) { ... on SignedIn { accessToken refreshToken user { id } } }
}`;
interface SignedIn {
  accessToken: string;
  refreshToken: string;
  user: { id: string };
}
const signInByApi = () =>
  stack.query(SIGN_IN, {
    input: { email: gil.email, password: gil.password, delivery: 'BODY' },
  }) as Promise<{
    data?: { signIn: SignedIn } | null;
    errors?: { extensions?: { code?: string } }[];
  }>;

const asked = async (authorization: string, query: string): Promise<Answer> => {
  const response = await fetch(`${stack.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Answer;
};
const isTaken = async (key: string): Promise<boolean> =>
  (await asked(`ApiKey ${key}`, '{ me { id } }')).errors === undefined;

describe('somebody whose account is guarded', () => {
  it('is asked again who they are once the proof is old, and has then what they asked for', async () => {
    await register(page, stack, gil);
    await signIn(page, stack, gil);
    await sleep(RECENT_MS + 1_000);
    await page.goto(stack.at('/account'));
    await field('New e-mail').fill('gil.new@example.org');
    await field('Password').fill(gil.password);
    await button('Change the address').click();
    await dialog().waitFor();
    await dialog().getByLabel('Password', { exact: true }).waitFor();
    await inspect(page, 'proof');
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await page.getByText('This needs a fresh proof of who you are.').waitFor();
    await button('Change the address').click();
    await dialog().getByLabel('Password', { exact: true }).fill('not the password at all');
    await dialog().getByRole('button', { name: 'Go on' }).click();
    await dialog().getByRole('alert').waitFor();
    await prove();
    await page.getByText('A link is on its way to gil.new@example.org.').waitFor();
  });

  it('has another address once its link was followed', async () => {
    await page.goto(await mailedLink(stack.dataDir, 'gil.new@example.org', 'change-email'));
    await heading('Your address was changed').waitFor();
    expect(new URL(page.url()).pathname + new URL(page.url()).hash).toBe('/change-email');
    await inspect(page, 'change-email');
    gil.email = 'gil.new@example.org';
  });

  it('sets another password by a mailed link', async () => {
    await page.goto(stack.at('/'));
    await signOut(page);
    await page.goto(stack.at('/forgot-password'));
    await field('E-mail').fill(gil.email);
    await button('Send the link').click();
    await heading('Check your mail').waitFor();
    await page.goto(await mailedLink(stack.dataDir, gil.email, 'reset-password'));
    gil.password = 'seven lanterns in a harbour';
    await field('New password').fill(gil.password);
    await button('Set the password').click();
    await page.getByText('Your password was set').waitFor();
    await inspect(page, 'password-was-set');
    await signIn(page, stack, gil);
  });

  it('ends one session, and then all others', async () => {
    const refreshTokens = [await signInByApi(), await signInByApi()].map(
      ({ data }) => data?.signIn.refreshToken ?? '',
    );
    await page.goto(stack.at('/account/sessions'));
    const ends = button(/^End the session of/);
    await until(
      () => ends.count(),
      (count) => count === 2,
    );
    await inspect(page, 'sessions-of-others');
    await ends.first().click();
    await until(
      () => ends.count(),
      (count) => count === 1,
    );
    await button('End all other sessions').click();
    await until(
      () => ends.count(),
      (count) => count === 0,
    );
    await page.getByText('This one').waitFor();
    const renew = `mutation ($refreshToken: String) {
      refreshSession(refreshToken: $refreshToken) { accessToken }
    }`;
    for (const refreshToken of refreshTokens) {
      expect(refreshToken).toMatch(/^spr_/);
      const { errors } = await stack.query(renew, { refreshToken });
      expect(errors?.[0]?.extensions?.code).toBe('SESSION_ENDED');
    }
  });

  it('rotates a key that has leaked: the new one is taken, the old one no longer', async () => {
    await page.goto(stack.at('/account/keys'));
    await button('Make a key').click();
    await field('Name').fill('Trading bot');
    await button('Make the key').click();
    const shown = page.getByLabel('API key', { exact: true });
    await proving(shown.waitFor());
    const before = (await shown.textContent())?.trim() ?? '';
    await button('I have kept it').click();
    expect(await isTaken(before)).toBe(true);
    await button('Rotate Trading bot').click();
    await inspect(page, 'rotate-key');
    await field('The key before works on').selectOption({ label: 'Not at all: it has leaked' });
    await button('Rotate it').click();
    await proving(shown.waitFor());
    const after = (await shown.textContent())?.trim() ?? '';
    expect(after).not.toBe(before);
    expect(await isTaken(after)).toBe(true);
    await until(async () => !(await isTaken(before)));
    await button('I have kept it').click();
  });

  it('takes everything along as JSON, whichever part of the product has it', async () => {
    const wallet = `chain: "ethereum", address: "0x${'5'.repeat(40)}"`;
    const { data } = await signInByApi();
    gilsId = data?.signIn.user.id ?? '';
    const { errors } = await asked(
      `Bearer ${data?.signIn.accessToken}`,
      `mutation {
        labelWallet(input: { ${wallet}, name: "Gil’s own", note: "as told" }) { id }
        followWallet(input: { ${wallet}, name: "Followed", group: "Mine" }) { id }
      }`,
    );
    expect(errors).toBeUndefined();
    await page.goto(stack.at('/account/data'));
    const download = page.waitForEvent('download');
    await button('Download my data').click();
    const kept = await proving(download);
    expect(kept.suggestedFilename()).toBe('spyhop-my-data.json');
    const document: unknown = JSON.parse(await readFile(await kept.path(), 'utf8'));
    expect(document).toMatchObject({
      account: { email: gil.email, displayName: gil.name },
      apiKeys: [{ name: 'Trading bot' }],
      walletLabels: [{ name: 'Gil’s own', note: 'as told' }],
      followedWallets: [{ name: 'Followed', group: 'Mine' }],
    });
    const ofUsers = (await rows.tables()).filter(({ isOfUsers }) => isOfUsers);
    const ofOthers = ofUsers.map(({ name }) => name).filter((name) => !name.startsWith('users.'));
    expect(ofOthers).toEqual(Object.keys(SECTIONS_OF_OTHERS));
    expect(Object.keys(document as object)).toEqual(
      expect.arrayContaining(Object.values(SECTIONS_OF_OTHERS)),
    );
  });

  it('signs in by a recovery code where there is no phone', async () => {
    await page.goto(stack.at('/account/security'));
    await button('Set up').click();
    const manualKey = page.getByTestId('manual-key');
    await proving(manualKey.waitFor());
    const key = ((await manualKey.textContent()) ?? '').replace(/\s/g, '');
    await field('Code').fill(new TOTP({ secret: Secret.fromBase32(key) }).generate());
    await button('Turn it on').click();
    const codes = page.locator('pre[aria-label="Recovery codes"]');
    await proving(codes.waitFor());
    recoveryCodes = ((await codes.textContent()) ?? '').split('\n');
    expect(recoveryCodes).toHaveLength(10);
    await button('I have kept it').click();
    await signOut(page);
    await page.goto(stack.at('/sign-in'));
    await enterPassword(page, gil);
    await button('Use a recovery code').click();
    await field('Recovery code').fill(recoveryCodes.pop() ?? '');
    await inspect(page, 'recovery-code');
    await button('Go on').click();
    await account(page, gil).waitFor();
    await page.goto(stack.at('/account/security'));
    await page.getByText('9 of 10 are left.').waitFor();
    await button('Turn off').click();
    await page.getByRole('dialog', { name: 'Turn codes off?' }).waitFor();
    await inspect(page, 'turn-off');
    await page.keyboard.press('Escape');
    await button('Turn off').waitFor();
  });

  it('deletes the account, of which no table has a row then', async () => {
    expect(await rows.naming(gilsId)).toEqual(
      expect.arrayContaining(['users."user"', ...Object.keys(SECTIONS_OF_OTHERS), ...STAYING]),
    );
    await page.goto(stack.at('/account/data'));
    await button('Delete my account').click();
    await button('Yes, delete it').click();
    await proving(mailed(stack.dataDir, gil.email, 'will be deleted on'));
    await mailed(stack.dataDir, gil.email, 'was deleted as you have asked', DELETED_WITHIN_MS);
    expect((await signInByApi()).errors?.[0]?.extensions?.code).toBe('SIGN_IN_FAILED');
    await page.goto(stack.at('/'));
    await signInLink(page).waitFor();
    await until(
      () => rows.naming(gilsId),
      (naming) => naming.join() === STAYING.join(),
    );
    // Of the address there is nothing anywhere.
    expect(await rows.naming(gil.email)).toEqual([]);
  });
});
