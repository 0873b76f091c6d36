import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { Secret, TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, openPage } from './browser';
import { inspect as inspectPage } from './inspect';
import { mailedLink } from './mails';
import { account, enterPassword, newcomer, signIn, signInLink, signOut } from './people';
import { promptly } from './promptly';
import { Stack } from './stack';

const ANN = newcomer('Ann');
/** A key has to be refused so soon after it was revoked. */
const REVOKED_WITHIN_MS = 1_000;

let stack: Stack;
let browser: Browser;
let page: Page;
let totp: TOTP;
let apiKey = '';
/** The counter (RFC 6238) of the code that was used last; a code counts once. */
let usedStep = 0;

const button = (name: string | RegExp) => page.getByRole('button', { name });
const field = (name: string) => page.getByLabel(name, { exact: true });
const heading = (name: string) => page.getByRole('heading', { name, exact: true });

beforeAll(async () => {
  // Who is slow is not asked again who they are.
  stack = await Stack.start({ MARKET_SOURCE: 'simulated', RECENT_AUTHENTICATION_MINUTES: '60' });
  browser = await openBrowser();
  page = await openPage(browser);
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

/** A code that was not used yet; waits for the next one where there is none. */
async function nextCode(): Promise<string> {
  const step = () => Math.floor(Date.now() / 30_000);
  while (step() <= usedStep) await new Promise((resolve) => setTimeout(resolve, 200));
  usedStep = step();
  return totp.generate({ timestamp: usedStep * 30_000 });
}

const inspect = (name: string) => inspectPage(page, name);

const asked = async (key: string) => {
  const response = await fetch(`${stack.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `ApiKey ${key}` },
    body: JSON.stringify({ query: '{ me { displayName } }' }),
  });
  return (await response.json()) as { data?: unknown; errors?: unknown[] };
};

describe('somebody with a new account', () => {
  it('is told inline what is wrong with a registration, and registers', async () => {
    await page.goto(stack.at('/register'));
    await field('Name').fill('Ann');
    await field('E-mail').fill('ann');
    await field('Password').fill('short');
    await button('Create an account').click();
    await page.getByText('This is not an e-mail address.').waitFor();
    await page.getByText(/at least 12 characters; this has 5/).waitFor();
    await page.locator('input:focus[type="email"]').waitFor();
    await inspect('register-faults');
    await field('E-mail').fill(ANN.email);
    await field('Password').fill('aaaaaaaaaaaaaaaa');
    await button('Create an account').click();
    await page.getByText(/too easy to guess/).waitFor();
    await field('Password').fill(ANN.password);
    await button('Create an account').click();
    await heading('Check your mail').waitFor();
    await inspect('check-mail');
  });

  it('proves the address by the mailed link', async () => {
    await page.goto(await mailedLink(stack.dataDir, ANN.email, 'verify-email'));
    await heading('Confirm your address').waitFor();
    await inspect('verify');
    await field('Password').fill('not-the-password');
    await button('Confirm').click();
    await page.getByText(/not the password of the registration/).waitFor();
    await field('Password').fill(ANN.password);
    await button('Confirm').click();
    await heading('Your account is ready').waitFor();
    expect(page.url()).not.toContain('token');
    await inspect('verified');
  });

  it('signs in, and stays signed in over a reload', async () => {
    await signIn(page, stack, ANN);
    await page.reload();
    await account(page, ANN).waitFor();
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
    expect(kept).not.toMatch(/eyJ|@example/);
  });

  it('finds the pages for a forgotten password open to everybody', async () => {
    const visitor = await openPage(browser);
    await visitor.goto(stack.at('/forgot-password'));
    await visitor.getByLabel('E-mail', { exact: true }).waitFor();
    await inspectPage(visitor, 'forgot-password');
    await visitor.goto(stack.at('/reset-password#token=of-a-mail'));
    await visitor.getByLabel('New password', { exact: true }).waitFor();
    await inspectPage(visitor, 'reset-password');
    await visitor.context().close();
  });

  it('turns on codes of an app', async () => {
    await page.goto(stack.at('/account/security'));
    await button('Set up').click();
    const key = (await page.getByTestId('manual-key').textContent()) ?? '';
    totp = new TOTP({ secret: Secret.fromBase32(key.replace(/\s/g, '')) });
    await page.getByRole('img', { name: /QR code/ }).waitFor();
    await inspect('totp');
    await field('Code').fill(await nextCode());
    await button('Turn it on').click();
    await page.getByText('are shown this once').waitFor();
    await inspect('recovery-codes');
    await button('I have kept it').click();
    await page.getByText('Codes are on').waitFor();
  });

  it('signs out, in every tab, and in again with a code', async () => {
    const other = await page.context().newPage();
    await other.goto(stack.at('/'));
    await account(other, ANN).waitFor();
    await signOut(page);
    await signInLink(other).waitFor();
    await other.close();
    await page.goto(stack.at('/sign-in'));
    await enterPassword(page, ANN);
    await field('Code').waitFor();
    await inspect('second-step');
    await field('Code').fill(await nextCode());
    await button('Go on').click();
    await account(page, ANN).waitFor();
  });

  it('adds a passkey, and signs in with it alone', async () => {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await page.getByRole('banner').waitFor();
    await account(page, ANN).click();
    await page.getByRole('menuitem', { name: 'Security', exact: true }).click();
    await button('Add a passkey').click();
    await field('Name of the passkey').fill('Laptop');
    await button('Create the passkey').click();
    await page.getByText('Laptop').waitFor();
    await inspect('security');
    await signOut(page);
    await page.goto(stack.at('/sign-in'));
    await button('Sign in with a passkey').waitFor();
    await inspect('sign-in');
    await button('Sign in with a passkey').click();
    await account(page, ANN).waitFor();
  });

  it('is offered the passkey where the browser fills in the address, once there is somebody', async () => {
    await signOut(page);
    let challenges = 0;
    page.on('request', (request) => {
      if (request.postData()?.includes('startPasskeySignIn')) challenges += 1;
    });
    await page.goto(stack.at('/sign-in'));
    await field('E-mail').waitFor();
    expect(await field('E-mail').getAttribute('autocomplete')).toBe('username webauthn');
    expect(challenges).toBe(0);
    // Nobody sees when the page has begun to look for somebody: they move until it has.
    await until(async () => {
      await page.mouse.move(200, 200);
      await page.mouse.move(220, 220);
      return challenges > 0;
    });
    // The virtual authenticator picks what a person would.
    await account(page, ANN).waitFor();
    expect(challenges).toBe(1);
  });

  it('makes a key, which the API takes until a moment after it is revoked', async () => {
    await page.goto(stack.at('/account/keys'));
    await button('Make a key').click();
    await field('Name').fill('Trading bot');
    await inspect('new-key');
    await button('Make the key').click();
    apiKey = (await page.getByLabel('API key', { exact: true }).textContent())?.trim() ?? '';
    expect(apiKey).toMatch(/^spyhop_/);
    await inspect('key-shown');
    await button('I have kept it').click();
    expect((await asked(apiKey)).data).toEqual({ me: { displayName: 'Ann' } });
    await button('Revoke Trading bot').click();
    await inspect('revoke-key');
    await button('Revoke it').click();
    await page.getByText('You have no keys yet').waitFor();
    await promptly(REVOKED_WITHIN_MS, async () => (await asked(apiKey)).errors !== undefined);
  });

  it('sees the sessions', async () => {
    await page.goto(stack.at('/account/sessions'));
    await page.getByText('This one').waitFor();
    await inspect('sessions');
  });

  it('has the account deleted after a time to think again', async () => {
    await page.goto(stack.at('/account/data'));
    await button('Delete my account').click();
    await button('Yes, delete it').click();
    await page.getByText(/will be deleted on/).waitFor();
    await inspect('deletion');
  });
});
