import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import type { Browser, Page } from 'playwright-core';
import { SCREENS, openBrowser, openPage } from './browser';
import { inspect } from './inspect';
import { enterPassword, newcomer, register, signIn } from './people';
import { Stack } from './stack';
import { type Side, type WhaleAlerts, startWhaleAlerts } from './whale-alerts';

// What moves here is what these tests tell of, so that nothing waits on chance.

const ANN = newcomer('Ann');
const BEA = newcomer('Bea');
const TELL_AGAIN_MS = 5_000;

let alerts: WhaleAlerts;
let stack: Stack;
let browser: Browser;
let page: Page;
/** Of a wallet that has a label of Ann's own. */
let brokersPage = '';

const rowOf = (hash: string) => page.locator(`[data-whale$="${hash}"]`);
const scroller = () => page.locator('.rows');

let people = 0;
/** An address that nothing was seen of. */
const newAddress = (): string => `0x${(people += 1).toString(16).padStart(40, '5')}`;
const stranger = (): Side => ({ address: newAddress() });
const exchange = (owner: string): Side => ({ owner, address: newAddress() });

let told = 0;
/** Has a transfer happen; resolves to its hash. */
function tell(from: Side, to: Side, usd = 2_000_000): string {
  told += 1;
  const hash = told.toString(16).padStart(64, 'b');
  alerts.tell({ hash, usd: usd + told * 1_000, from, to });
  return hash;
}

async function importLabels(rows: string): Promise<void> {
  const file = join(stack.dataDir, 'labels.csv');
  await writeFile(
    file,
    `chain,address,name,kind,owner,source,sourceUrl,date,confidence\n${rows}\n`,
  );
  const child = spawn('node', ['scripts/whales-labels.mjs', file], {
    cwd: resolve(__dirname, '..'),
    env: { ...process.env, PORT: String(stack.port), DATA_DIR: stack.dataDir },
    stdio: 'ignore',
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(code).toBe(0);
}

beforeAll(async () => {
  alerts = await startWhaleAlerts();
  stack = await Stack.start({
    ...{ MARKET_SOURCE: 'simulated', WHALE_SOURCE: 'live', EXCHANGE_PRINTS: 'off' },
    ...{ WHALE_ALERT_KEY: 'of-this-test', WHALE_ALERT_API: 'v1' },
    ...{ WHALE_ALERT_REST_HOST: alerts.host, WHALE_ALERT_POLL_MS: '200' },
    ...{ WHALE_ALERT_CALLS_PER_MINUTE: '600', BLOCKCHAIN_INFO: 'off' },
    // Out of reach, as nothing listens there.
    MEMPOOL_SPACE_HOST: 'http://127.0.0.1:9',
  });
  browser = await openBrowser();
  page = await openPage(browser, { timezoneId: 'UTC', colorScheme: 'dark' });
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  await alerts?.close();
});

describe('the feed of live sources', () => {
  it('says that it is live, and which of its sources is out of reach', async () => {
    const hash = tell(stranger(), stranger());
    await page.goto(stack.at('/whales'));
    await rowOf(hash).waitFor();
    await page.getByText(/mempool-space: out of reach/).waitFor();
    await page.getByRole('button', { name: 'Sources: Live · 1 of 2 lost' }).click();
    const sheet = page.getByRole('dialog', { name: 'Sources' });
    await sheet.getByRole('listitem').nth(1).waitFor();
    expect(await sheet.getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringMatching(/^whale-alert\s+Live\s+Newest \d+ (second|minute)s? ago/),
      expect.stringMatching(/^mempool-space\s+Out of reach\s+Nothing yet/),
    ]);
    await inspect(page, 'whales-sources');
    await page.keyboard.press('Escape');
  });

  it('says how old what a source has told is in the language of who reads it, on a phone too', async () => {
    const phone = await openPage(browser, {
      ...{ viewport: SCREENS.phone, locale: 'de-DE', timezoneId: 'UTC', colorScheme: 'light' },
    });
    await phone.goto(stack.at('/whales'));
    await phone.getByRole('button', { name: 'Sources: Live · 1 of 2 lost' }).click();
    const sheet = phone.getByRole('dialog', { name: 'Sources' });
    await sheet.getByText(/^Newest vor \d+ (Sekunde|Minute)n?$/).waitFor();
    await inspect(phone, 'whales-sources-phone');
    await phone.context().close();
  });

  it('waits while the pointer is on it, and on the way to the pill, which lets it go', async () => {
    const box = await scroller().boundingBox();
    if (!box) throw new Error('the feed has no place');
    await page.mouse.move(box.x + 300, box.y + 120);
    const hash = tell(stranger(), stranger());
    const pill = page.getByRole('button', { name: '1 new' });
    await pill.waitFor();
    expect(await rowOf(hash).count()).toBe(0);
    await pill.hover();
    const other = tell(stranger(), stranger());
    await page.getByRole('button', { name: '2 new' }).click();
    await rowOf(hash).waitFor();
    await rowOf(other).waitFor();
    await page.getByRole('button', { name: /^\d+ new$/ }).waitFor({ state: 'detached' });
    await page.mouse.move(5, 5);
  });

  it('has rows go into the group that stands for them, once nobody reads', async () => {
    const [first, second, third, fourth] = [stranger(), stranger(), stranger(), stranger()];
    const begun = tell(first, second, 2_900_000);
    await rowOf(begun).waitFor();
    const goesOn = tell(second, third, 2_800_000);
    await rowOf(goesOn).waitFor();
    await scroller().hover();
    const ended = tell(third, fourth, 2_700_000);
    await rowOf(goesOn).getByText('Now in a group').waitFor();
    await page.mouse.move(5, 5);
    await rowOf(goesOn).waitFor({ state: 'detached' });
    await rowOf(begun).getByRole('button', { name: 'Peel chain 3' }).waitFor();
    expect(await rowOf(ended).count()).toBe(0);
  });

  it('leads to the page of a transaction in a block explorer', async () => {
    const hash = tell(stranger(), stranger());
    const link = rowOf(hash).getByRole('link', { name: 'In a block explorer' });
    expect(await link.getAttribute('href')).toBe(`https://etherscan.io/tx/0x${hash}`);
    expect(await link.getAttribute('rel')).toContain('noreferrer');
  });

  it('shows what each filter asks for, and nothing else', async () => {
    const into = tell(stranger(), exchange('binance'), 3_000_000);
    const outOf = tell(exchange('kraken'), stranger(), 9_000_000);
    const between = tell(exchange('okx'), exchange('bybit'), 4_000_000);
    const all = { into, outOf, between };
    const fitting: [string, (keyof typeof all)[]][] = [
      ['way=to_exchange', ['into']],
      ['way=from_exchange', ['outOf']],
      ['way=between_exchanges', ['between']],
      ['owner=kraken', ['outOf']],
      ['kind=exchange&owner=okx,binance', ['between', 'into']],
      ['min=9000000', ['outOf']],
      ['chain=ethereum&min=3000000', ['between', 'into', 'outOf']],
    ];
    for (const [filter, names] of fitting) {
      await page.goto(stack.at(`/whales?show=raw&${filter}`));
      for (const name of names) await rowOf(all[name]).waitFor();
      const shown = await page
        .locator('.body [data-whale]')
        .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-whale')?.slice(-64)));
      expect([filter, shown.sort()]).toEqual([filter, names.map((name) => all[name]).sort()]);
    }
  });

  it('says of a view that cannot be live that it is not', async () => {
    await page.goto(stack.at('/whales?pattern=accumulation'));
    await page.getByText(/Not live, as patterns are found afterwards/).waitFor();
    await page.getByText('No whale fits').waitFor();
    await inspect(page, 'whales-pattern');
  });

  it('makes a sound where that is wanted', async () => {
    await page.addInitScript(() => {
      const { prototype } = AudioScheduledSourceNode;

      const { start } = prototype;
      prototype.start = function (when?: number) {
        document.documentElement.dataset['sounded'] = 'true';
        start.call(this, when);
      };
    });
    await page.goto(stack.at('/whales'));
    await page.getByRole('button', { name: 'Signals' }).click();
    const sheet = page.getByRole('dialog', { name: 'Signals' });
    await sheet.getByLabel('Sound').click();
    await until(() => sheet.getByLabel('Sound').isChecked());
    await page.locator('html[data-sounded]').waitFor();
    await page.evaluate(() => delete document.documentElement.dataset['sounded']);
    // Nobody sees when the page has begun to follow: it is told of another one until it has.
    const sounded = page.locator('html[data-sounded]');
    const tellAndListen = (): Promise<boolean> => {
      tell(stranger(), stranger(), 50_000_000);
      return sounded.waitFor({ timeout: TELL_AGAIN_MS }).then(
        () => true,
        () => false,
      );
    };
    await until(tellAndListen);
    await sheet.getByLabel('Sound').click();
    await page.keyboard.press('Escape');
  });
});

describe('who somebody is', () => {
  it('stands on a chip on the word of a source that is one click away', async () => {
    const known = stranger();
    await importLabels(
      `ethereum,${known.address},Vault 3,fund,quiet capital,book-of-whales,https://example.org/vault,2024-08-09,0.9`,
    );
    const hash = tell(known, stranger());
    await page.goto(stack.at('/whales'));
    await rowOf(hash).locator('button.chip').first().click();
    const card = page.getByRole('dialog', { name: 'Who this is' });
    await card.getByText(/“Vault 3” in\s+book-of-whales, .*2024, confidence 90/).waitFor();
    expect(await card.getByRole('link', { name: 'book-of-whales' }).getAttribute('href')).toBe(
      'https://example.org/vault',
    );
    await inspect(page, 'whales-label-source');
    await page.keyboard.press('Escape');
  });

  it('is what one calls them oneself, on rows that come later too, and nobody else sees it', async () => {
    await register(page, stack, ANN);
    const broker = stranger();
    const before = tell(broker, stranger());
    await page.goto(
      stack.at(`/sign-in?next=${encodeURIComponent(`/wallet/ethereum/${broker.address}`)}`),
    );
    await enterPassword(page, ANN);
    await page.getByRole('button', { name: 'Add your label' }).click();
    await page.getByLabel('Your name for it').fill('My broker');
    await page.getByRole('button', { name: 'Keep the label' }).click();
    await page.getByRole('heading', { name: 'My broker' }).waitFor();
    await inspect(page, 'wallet-own');
    brokersPage = page.url();
    await page.goto(stack.at('/whales'));
    await rowOf(before).getByRole('button', { name: 'My broker' }).waitFor();
    const live = tell(broker, stranger());
    await rowOf(live).getByRole('button', { name: 'My broker' }).waitFor();
    const beas = await openPage(browser);
    await register(beas, stack, BEA);
    await signIn(beas, stack, BEA);
    await beas.goto(stack.at('/whales'));
    const same = beas.locator(`[data-whale$="${live}"]`);
    await same.waitFor();
    expect(await same.textContent()).not.toContain('My broker');
    await beas.goto(brokersPage);
    await beas.getByRole('button', { name: 'Add your label' }).waitFor();
    expect(await beas.content()).not.toContain('My broker');
    await beas.context().close();
  });

  it('stands on the list of wallets that one follows, by name and group, until one does no longer', async () => {
    await page.goto(brokersPage);
    const follow = page.getByRole('button', { name: 'Follow', exact: true });
    await follow.click();
    await page.getByLabel('Name, if you like').fill('House broker');
    await page.getByLabel('Group, if you like').fill('Brokers');
    await follow.click();
    await page.getByRole('button', { name: 'Unfollow' }).waitFor();
    await page.goto(stack.at('/whales/wallets'));
    const brokers = page.getByRole('region', { name: 'Brokers' });
    await brokers.getByRole('link', { name: 'House broker' }).waitFor();
    await inspect(page, 'wallets-followed');
    await page.getByRole('button', { name: 'Unfollow House broker' }).click();
    const heading = page.getByRole('heading', { name: 'You follow no wallet yet' });
    await heading.waitFor();
    await until(() => heading.evaluate((element) => element === document.activeElement));
  });
});
