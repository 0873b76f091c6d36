import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, openPage, SCREENS } from './browser';
import { inspect, written } from './inspect';
import { account, enterPassword, newcomer, register, signInLink, signOut } from './people';
import { Stack } from './stack';

const ANN = newcomer('Ann');

let stack: Stack;
let browser: Browser;
/** Two devices of the same person. */
let page: Page;
let other: Page;

const button = (name: string | RegExp, on = page) => on.getByRole('button', { name, exact: true });
const lists = (on = page) => on.getByRole('list', { name: 'Your watchlists' });
const listNames = (on = page) => lists(on).locator('[data-list] strong a').allInnerTexts();
// By label: to find it by role, the browser would compute the name of everything in the table first.
const star = (symbol: string, on = page) =>
  on.getByLabel(`Add ${symbol} to the watchlist`, { exact: true });
const starred = (symbol: string, on = page) =>
  on.getByLabel(`Remove ${symbol} from the watchlist`, { exact: true });
const scheme = () => page.locator('html').getAttribute('data-scheme');
/** The preference that was changed last is kept. */
const saved = () => page.getByText('Saved.', { exact: true }).waitFor();

const HOME = { timezoneId: 'Europe/Berlin', colorScheme: 'dark' } as const;

/** In the page: figures of the table that run under the pinned columns or into what is before them. */
function overflowing(): string[] {
  const edges = (cell: Element) => {
    const text = document.createRange();
    text.selectNodeContents(cell);
    return text.getBoundingClientRect();
  };
  return [...document.querySelectorAll('[data-symbol]')].flatMap((row) => {
    let end = row.querySelector('.asset')?.getBoundingClientRect().right ?? 0;
    return [...row.querySelectorAll('.figure')].flatMap((cell) => {
      const { left, right } = edges(cell);
      const room = left - end;
      end = right;
      return room >= 0 ? [] : [`${cell.textContent}: ${room}`];
    });
  });
}

/** Moves a list; resolves once the server has kept what the page shows at once. */
async function ordering(move: () => Promise<void>): Promise<void> {
  const kept = page.waitForResponse(
    (response) => response.request().postData()?.includes('OrderWatchlists') === true,
  );
  await move();
  await (await kept).finished();
}

/** Signs in from the page that one is on. */
async function goSignIn(on: Page): Promise<void> {
  await signInLink(on).click();
  await enterPassword(on, ANN);
  await account(on, ANN).waitFor();
}

beforeAll(async () => {
  stack = await Stack.start({ MARKET_SOURCE: 'simulated' });
  browser = await openBrowser();
  page = await openPage(browser, HOME);
  other = await openPage(browser, HOME);
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

describe('somebody who has starred assets before signing in', () => {
  it('finds them on a list of the account, and is told so', async () => {
    await page.goto(stack.at('/'));
    await star('BTC').click();
    await star('ETH').click();
    await register(page, stack, ANN);
    await page.goto(stack.at('/'));
    await starred('BTC').waitFor();
    await goSignIn(page);
    await page
      .getByText(/The 2 assets that you starred in this browser are on “Watchlist”/)
      .waitFor();
    await inspect(page, 'taken-over');
    await starred('BTC').waitFor();
    await starred('ETH').waitFor();
    expect(await page.evaluate(() => localStorage.getItem('spyhop.watchlist'))).toBe('[]');
    await page.getByRole('link', { name: 'Show it' }).click();
    await page.waitForURL(stack.at('/?list=watchlist'));
    await page.locator('[data-symbol="ETH"]').waitFor();
    await until(async () => (await page.locator('[data-symbol]').count()) === 2);
  });

  it('makes more lists, fills, names and orders them, by keyboard alone where they like', async () => {
    await page.goto(stack.at('/account/watchlists'));
    await page.getByText('2 assets · BTC, ETH').waitFor();
    for (const name of ['Majors', 'Long tail']) {
      await button('Make a list').click();
      await page.getByLabel('Name of the list').fill(name);
      await page.keyboard.press('Enter');
      await button(`Rename ${name}`).waitFor();
    }
    await button('Make a list').click();
    await page.getByLabel('Name of the list').fill('Majors');
    await page.keyboard.press('Enter');
    await page.getByText('There is one of that name; choose another.').waitFor();
    await inspect(page, 'watchlists-fault');
    await button('Cancel').click();
    await button('Assets of Majors').click();
    await page.getByLabel('Add an asset').fill('sol');
    await page.keyboard.press('Enter');
    await page.getByText('1 asset · SOL').waitFor();
    await page.getByLabel('Add an asset').fill('NOSUCH');
    await page.keyboard.press('Enter');
    await page.getByText('No asset of that symbol is tracked here.').waitFor();
    await inspect(page, 'watchlists');
    await button('Move Long tail up').focus();
    await ordering(() => page.keyboard.press('Enter'));
    await until(async () => (await listNames())[1] === 'Long tail');
    await ordering(() => page.keyboard.press('Alt+ArrowUp'));
    await until(async () => (await listNames())[0] === 'Long tail');
    await page.getByText('Long tail is number 1 of 3 now.').waitFor();
    await ordering(() => page.keyboard.press('Alt+ArrowDown'));
    await until(async () => (await listNames())[0] === 'Watchlist');
    await button('Rename Long tail').click();
    await page.getByLabel('Name of the list').fill('Small ones');
    await page.keyboard.press('Enter');
    await button('Rename Small ones').waitFor();
    await page.reload();
    await button('Rename Small ones').waitFor();
    expect(await listNames()).toEqual(['Watchlist', 'Small ones', 'Majors']);
  });

  it('has the markets show any list, which the address bar keeps', async () => {
    await page.goto(stack.at('/'));
    await page.getByRole('combobox', { name: 'Watchlist' }).selectOption({ label: 'Majors' });
    await until(async () => (await page.locator('[data-symbol]').count()) === 1);
    await page.reload();
    await page.locator('[data-symbol="SOL"]').waitFor();
    await until(async () => (await page.locator('[data-symbol]').count()) === 1);
    await inspect(page, 'markets-of-a-list');
  });
});

describe('a second device of the same account', () => {
  it('sees what the first one changes at once, and the other way round', async () => {
    await other.goto(stack.at('/'));
    await goSignIn(other);
    await starred('BTC', other).waitFor();
    await page.goto(stack.at('/'));
    await star('SOL').click();
    await starred('SOL', other).waitFor();
    await starred('BTC', other).click();
    await star('BTC').waitFor();
    await page.goto(stack.at('/asset/BTC'));
    await star('BTC').click();
    await starred('BTC', other).waitFor();
  });

  it('sees lists come, move and go', async () => {
    await other.goto(stack.at('/account/watchlists'));
    await page.goto(stack.at('/account/watchlists'));
    const line = (name: string) => page.locator('[data-list]', { hasText: name });
    await line('Majors').dragTo(line('Small ones'));
    await until(async () => (await listNames(other))[1] === 'Majors');
    await button('Delete Small ones').click();
    await inspect(page, 'watchlists-delete');
    await button('Yes, delete it').click();
    await until(async () => (await listNames(other)).length === 2);
  });
});

describe('preferences', () => {
  it('change numbers, times, theme and the first candles at once, and everywhere', async () => {
    await page.goto(stack.at('/account'));
    const choice = (name: string) => page.getByRole('combobox', { name });
    await choice('Numbers and dates').selectOption('de-CH');
    await page.getByText(/A price is 61[’']837\.64\. Saved\./).waitFor();
    await choice('Time zone').selectOption('Asia/Tokyo');
    await page.getByText(/now\. Saved\./).waitFor();
    expect(await scheme()).toBe('dark');
    await button('Light').click();
    await until(async () => (await scheme()) === 'light');
    await saved();
    await choice('Currency').selectOption('CHF');
    await saved();
    await button('1d').click();
    await page.getByText(/open the chart of an asset\. Saved\./).waitFor();
    await inspect(page, 'profile');
    await page.goto(stack.at('/asset/BTC'));
    await page.locator('button[aria-pressed="true"]', { hasText: '1d' }).waitFor();
    await until(
      () => page.locator('.price').innerText(),
      (text) => /\d[’']\d{3}\./.test(text),
    );
    await other.goto(stack.at('/'));
    await other.locator('html[data-scheme="light"]').waitFor();
    await until(
      () => other.locator('[data-symbol="BTC"]').innerText(),
      (text) => /\d[’']\d{3}/.test(text),
    );
  });

  it('show amounts in another currency, with its sign, its rate and that this is made up', async () => {
    await page.goto(stack.at('/account'));
    const choice = (name: string) => page.getByRole('combobox', { name });
    await choice('Numbers and dates').selectOption('de-DE');
    await page.getByText(/A price is 61\.837,64\. Saved\./).waitFor();
    await choice('Currency').selectOption('EUR');
    await page.getByText(/1 USD is about 0,8690 EUR: a simulated rate.* Saved\./).waitFor();
    await inspect(page, 'profile-euros');
    await page.goto(stack.at('/'));
    await until(
      () => page.locator('[data-symbol="BTC"] .price').textContent(),
      (text) => /^\d{2,3}\.\d{3},\d\d\s€$/.test(text ?? ''),
    );
    await button(/^Amounts in ≈ EUR.* 1 USD is about 0,8690 EUR/).waitFor();
    await inspect(page, 'markets-euros');
    await page.goto(stack.at('/asset/BTC'));
    await until(
      () => page.locator('.price').innerText(),
      (text) => /^\d{2,3}\.\d{3},\d\d\s€$/.test(text),
    );
    await page.getByRole('columnheader', { name: 'Price, USDT' }).waitFor();
    await inspect(page, 'asset-euros');
  });

  it.each(['IDR', 'VND', 'KRW', 'EUR', 'USD'])(
    'show amounts in %s within their columns, on a phone too',
    async (currency) => {
      await page.goto(stack.at('/account'));
      await page.getByRole('combobox', { name: 'Currency' }).selectOption(currency);
      await page.getByText(/Saved\.$/).waitFor();
      await page.goto(stack.at('/'));
      for (const screen of Object.values(SCREENS)) {
        await page.setViewportSize(screen);
        await page.locator(`[title$="in ${currency}"]`).first().waitFor();
        await page.locator('[data-symbol="BTC"] .price').getByText(/\d/).first().waitFor();
        await written(page);
        expect(await page.evaluate(overflowing)).toEqual([]);
      }
      await inspect(page, `markets-${currency}`);
    },
  );

  it('that cannot be kept are taken back, and it is said why', async () => {
    await page.goto(stack.at('/account'));
    await button('Dark').waitFor();
    await page.context().setOffline(true);
    await button('Dark').click();
    await page.getByText('The server did not answer. Nothing was changed; try again.').waitFor();
    await until(async () => (await scheme()) === 'light');
    await page.context().setOffline(false);
  });

  it('tell inline what is wrong with a name, and show a new one at once', async () => {
    await page.getByLabel('Display name').fill(' ');
    await button('Save the name').click();
    await page.getByText('Enter a name.').waitFor();
    await inspect(page, 'profile-fault');
    await page.getByLabel('Display name').fill('Ann B.');
    await button('Save the name').click();
    await account(page, { name: 'Ann B.' }).waitFor();
  });

  it('go back to those of the browser with signing out', async () => {
    await signOut(page);
    await until(async () => (await scheme()) === 'dark');
    await page.goto(stack.at('/'));
    await star('BTC').waitFor();
    await until(
      () => page.locator('[data-symbol="BTC"]').innerText(),
      (text) => /\d\d,\d{3}/.test(text),
    );
  });
});
