import type { Locator, Page } from 'playwright-core';
import { mailedLink } from './mails';
import type { Stack } from './stack';

/** Somebody with an account, and what they sign in with. */
export interface Person {
  name: string;
  email: string;
  password: string;
}

/** Somebody who is not registered yet. */
export const newcomer = (name: string): Person => ({
  name,
  email: `${name.toLowerCase()}@example.org`,
  password: 'quiet harbour lantern seven',
});

const field = (page: Page, name: string): Locator => page.getByLabel(name, { exact: true });

/** The button with their name; it says how many security events are unseen, too: another device is one. */
export const account = (page: Page, { name }: Pick<Person, 'name'>): Locator =>
  page.getByLabel(`Account of ${name}`);

/** What stands in its place while nobody is signed in. */
export const signInLink = (page: Page): Locator =>
  page.getByRole('banner').getByRole('link', { name: 'Sign in' });

/** Makes the account: the form, the mailed link, and the password that was chosen with it. */
export async function register(page: Page, stack: Stack, person: Person): Promise<void> {
  await page.goto(stack.at('/register'));
  await field(page, 'Name').fill(person.name);
  await field(page, 'E-mail').fill(person.email);
  await field(page, 'Password').fill(person.password);
  await page.getByRole('button', { name: 'Create an account', exact: true }).click();
  await page.goto(await mailedLink(stack.dataDir, person.email, 'verify-email'));
  await field(page, 'Password').fill(person.password);
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
  await page.getByRole('heading', { name: 'Your account is ready' }).waitFor();
}

/** Fills in the form that the page shows. */
export async function enterPassword(page: Page, { email, password }: Person): Promise<void> {
  await field(page, 'E-mail').fill(email);
  await field(page, 'Password').fill(password);
  await field(page, 'Password').press('Enter');
}

/** Signs in where the password is enough. */
export async function signIn(page: Page, stack: Stack, person: Person): Promise<void> {
  await page.goto(stack.at('/sign-in'));
  await enterPassword(page, person);
  try {
    await account(page, person).waitFor();
  } catch (err) {
    const said = await page.locator('main').innerText();
    throw new Error(`${person.name} is not signed in; the page says: ${said}`, { cause: err });
  }
}

export async function signOut(page: Page): Promise<void> {
  await account(page, { name: '' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await signInLink(page).waitFor();
}
