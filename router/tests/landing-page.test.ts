import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { type Browser, type Page, chromium } from 'playwright-core';
import { Rig } from './kit';

const CHROMIUM = '/usr/bin/chromium';
const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

const withChromium = existsSync(CHROMIUM) ? describe : describe.skip;

withChromium(`the landing page in a browser without network (skipped without ${CHROMIUM})`, () => {
  let rig: Rig;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    rig = await Rig.start();
    browser = await chromium.launch({ executablePath: CHROMIUM, args: SWITCHES });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.route(/^https:/, (route) => route.abort());
  });
  afterAll(async () => {
    await browser.close();
    await rig.stop();
  });

  /** Opens GraphiQL with that document and runs it. */
  async function run(document: string): Promise<void> {
    await page.goto(`http://127.0.0.1:${rig.port}/graphiql?query=${encodeURIComponent(document)}`);
    await page.getByText(document.slice(0, 12)).first().waitFor();
    await page.locator('.graphiql-execute-button').click();
  }

  const response = async (): Promise<string> =>
    (await page.locator('.graphiql-response').innerText()).replace(/\u00a0/g, ' ');

  it('turns into GraphiQL', async () => {
    await page.goto(rig.url);
    await page.waitForURL('**/graphiql');
    await page.locator('.graphiql-execute-button').waitFor();
  });

  it('answers a query', async () => {
    await run('{ product(id: "1") { name rating } }');
    await until(async () => (await response()).includes('"name": "Lamp"'));
    expect(await response()).toContain('"rating": 0.5');
  });

  it('shows the events of a subscription as they come', async () => {
    await run('subscription { priceChanged(ids: ["2"]) { name price rating } }');
    await until(() => rig.shop.prices.listening > 0);
    for (const price of [41, 42]) {
      rig.shop.prices.publish({ id: '2', price });
      await until(async () => (await response()).includes(`"price": ${price}`));
    }
    if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
  });
});
