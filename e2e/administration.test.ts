import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, openPage } from './browser';
import { inspect } from './inspect';
import { account, newcomer, register, signIn, signInLink } from './people';
import { promptly } from './promptly';
import { Stack } from './stack';

const ROOT = resolve(__dirname, '..');
/** Somebody is out so soon after an administrator has locked their account. */
const OUT_WITHIN_MS = 2_000;
const IDLE = { timeout: 15_000 };
const SIGN_IN_AGAIN_MS = 5_000;
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

const ADA = newcomer('Ada');
const BOB = newcomer('Bob');

let stack: Stack;
let browser: Browser;
/** The administrator's page, and that of somebody else, each in a browser of their own. */
let page: Page;
let other: Page;

const button = (name: string | RegExp) => page.getByRole('button', { name });
const heading = (name: string) => page.getByRole('heading', { name, exact: true });
const entries = () => page.getByRole('list', { name: 'Entries' }).getByRole('listitem');

/** `npm run users -- grant-admin`, as whoever runs the stack does it. */
async function grantAdmin(email: string): Promise<string> {
  const env = { ...process.env, DATA_DIR: stack.dataDir, PORT: String(stack.port) };
  const command = ['scripts/users.mjs', 'grant-admin', email];
  const { stdout } = await promisify(execFile)('node', command, { cwd: ROOT, env });
  return stdout;
}

beforeAll(async () => {
  // Who is slow is not asked again who they are.
  stack = await Stack.start({ MARKET_SOURCE: 'simulated', RECENT_AUTHENTICATION_MINUTES: '60' });
  browser = await openBrowser();
  [page, other] = [await openPage(browser), await openPage(browser)];
  await register(page, stack, ADA);
  await register(other, stack, BOB);
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

describe('somebody without the role', () => {
  it('is told that the pages are for administrators, and finds no way there', async () => {
    await signIn(other, stack, BOB);
    for (const path of ['/admin', '/admin/audit', '/admin/events', '/admin/access']) {
      await other.goto(stack.at(path));
      await other.getByRole('heading', { name: 'This page is for administrators' }).waitFor();
    }
    await inspect(other, 'admin-refused');
    await account(other, BOB).click();
    await other.getByRole('menuitem', { name: 'Security events' }).waitFor();
    expect(await other.getByRole('menuitem', { name: 'Audit log' }).count()).toBe(0);
    await other.keyboard.press('Escape');
  });
});

describe('an administrator', () => {
  it('is made by the command', async () => {
    expect(await grantAdmin(ADA.email)).toContain('is an administrator');
    await signIn(page, stack, ADA);
    await account(page, ADA).click();
    await page.getByRole('menuitem', { name: 'Accounts' }).click();
    await heading('Accounts').waitFor();
  });

  it('finds an account by its whole address, which stays masked', async () => {
    const accounts = page.getByRole('list', { name: 'Accounts' }).getByRole('listitem');
    await accounts.nth(1).waitFor();
    await inspect(page, 'admin-accounts');
    await page.getByRole('searchbox').fill(BOB.email);
    await page.waitForFunction(
      () => document.querySelectorAll('[aria-label="Accounts"] > li').length === 1,
    );
    expect(await accounts.first().textContent()).toContain('Bob');
    expect(await accounts.first().textContent()).not.toContain(BOB.email);
    await accounts.first().getByRole('link').click();
    await heading('Account').waitFor();
  });

  it('sees the whole address when asking for it', async () => {
    await inspect(page, 'admin-account');
    await button('Show the address').click();
    await page.getByText(BOB.email, { exact: true }).waitFor();
  });

  it('locks an account, whose owner is out at once', async () => {
    await other.goto(stack.at('/'));
    await account(other, BOB).waitFor();
    // Nothing but the live connection tells that page.
    await other.waitForLoadState('networkidle', IDLE).catch(() => undefined);
    await button('Lock the account').click();
    await page.getByText('Say why, for whoever reads the log.').waitFor();
    await page.getByLabel('Reason').fill('Sends spam');
    await button('Lock the account').click();
    await page.getByText(/Locked since/).waitFor();
    await promptly(OUT_WITHIN_MS, () => signInLink(other).isVisible());
    await inspect(page, 'admin-account-locked');
  });

  it('finds that in the audit log, whose filters stand in the address bar', async () => {
    await page.getByRole('link', { name: 'What has happened to it' }).click();
    await heading('Audit log').waitFor();
    await page.getByLabel('What', { exact: true }).selectOption('USER_LOCKED');
    await button('Show').first().click();
    await page.waitForURL(/kind=USER_LOCKED/);
    // What was shown before stays for a while.
    await until(async () => (await entries().count()) === 1);
    await entries().locator('summary').click();
    await page.getByText('Sends spam').waitFor();
    // Whose names they are is asked for once they are shown.
    await entries().filter({ hasText: 'by you, about Bob' }).waitFor();
    await inspect(page, 'admin-audit-entry');
    await page.reload();
    await until(async () => (await entries().count()) === 1);
    await button('Show everything').click();
    await entries().filter({ hasText: 'E-mail address looked at' }).waitFor();
    expect(new URL(page.url()).search).toBe('');
    await inspect(page, 'admin-audit');
  });

  it('is told what somebody may do, and by which rule', async () => {
    await page.getByRole('link', { name: 'Explain access' }).click();
    await page.getByLabel('Who asks').fill(BOB.email);
    await page.getByLabel('What they ask for').fill('Mutation.lockUser');
    await button('Explain').click();
    await page.getByText('Refused.').waitFor();
    await page.getByText('An administrator has locked the account.').waitFor();
    await inspect(page, 'admin-explain');
    await page.getByLabel('Who asks').fill('');
    await page.getByLabel('What they ask for').fill('Query.assets');
    await button('Explain').click();
    await page.getByText('Allowed.').waitFor();
  });

  it('unlocks the account, and makes another administrator', async () => {
    await page.getByRole('link', { name: 'Accounts' }).click();
    await page.getByRole('link', { name: /Bob/ }).click();
    await button('Unlock the account').click();
    await button('Yes, unlock it').click();
    await page.getByLabel('Reason').waitFor();
    await button('Make an administrator').click();
    await inspect(page, 'admin-confirm');
    await button('Yes, make an administrator').click();
    await page.getByText('Is an administrator.').waitFor();
    await signIn(other, stack, BOB);
    await other.goto(stack.at('/admin'));
    await other.getByRole('list', { name: 'Accounts' }).waitFor();
  });

  it('is told live of a sign-in with another device, wherever they are', async () => {
    await page.goto(stack.at('/asset/BTC'));
    await account(page, ADA).waitFor();
    const notice = page.getByRole('alert').filter({ hasText: 'Sign-in with a new device' });
    // Nobody sees when the page has begun to follow: there is another device until it has.
    await until(async () => {
      const phone = await openPage(browser, { userAgent: FIREFOX });
      await signIn(phone, stack, ADA);
      await phone.context().close();
      return notice.waitFor({ timeout: SIGN_IN_AGAIN_MS }).then(
        () => true,
        () => false,
      );
    });
    await inspect(page, 'notice');
    await button('Account of Ada, with a new security event').waitFor();
    await notice.getByRole('link', { name: 'Look at it' }).click();
    await heading('Security events').waitFor();
    await page.getByText('If it was not you, end that session').first().waitFor();
    await inspect(page, 'security-events');
    await button(/with a new security event/).waitFor({ state: 'detached' });
    await page.goto(stack.at('/admin/events'));
    await page.getByText('Sign-in with a new device').first().waitFor();
    await inspect(page, 'admin-events');
  });
});
