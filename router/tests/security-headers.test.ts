import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { type Browser, type Page, chromium } from 'playwright-core';
import { Rig } from './kit';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const BROWSER = { accept: 'text/html' };

/** A page as bundlers and style libraries make them: filled by script, and attacked by what got into it. */
const APP = `<!doctype html><title>App</title><link rel="icon" href="data:,">
<p id="empty">a</p><p id="known">b</p><p id="foreign">c</p>
<script type="module" src="/app.js"></script><script>window.injected = true</script>`;
const KNOWN_STYLE = '#known { color: rgb(1, 2, 3) }';
const SCRIPT = `
const style = (text) => Object.assign(document.createElement('style'), { textContent: text });
const empty = document.head.appendChild(style(''));
empty.sheet.insertRule('#empty { color: rgb(1, 2, 3) }');
document.head.append(style(${JSON.stringify(KNOWN_STYLE)}), style('#foreign { color: rgb(1, 2, 3) }'));
window.done = true;`;

let rig: Rig;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'router-app-'));
  await writeFile(join(folder, 'index.html'), APP);
  await writeFile(join(folder, 'app.js'), SCRIPT);
  const digest = await crypto.subtle.digest('SHA-256', Buffer.from(KNOWN_STYLE));
  rig = await Rig.start({
    ROUTER_WEB_FOLDER: folder,
    ROUTER_WEB_STYLE_HASHES: `sha256-${Buffer.from(digest).toString('base64')}`,
  });
});
afterAll(async () => {
  await rig.stop();
  await rm(folder, { recursive: true });
});

const at = (path: string): string => `http://127.0.0.1:${rig.port}${path}`;

/** The directives of a Content-Security-Policy. */
const policyOf = ({ headers }: Response): Record<string, string[]> =>
  Object.fromEntries(
    (headers.get('content-security-policy') ?? '').split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ');
      return [name, sources];
    }),
  );

describe('everything that the router serves', () => {
  it.each<[string, string, RequestInit]>([
    ['an answer', '/graphql', { method: 'POST', body: '{"query":"{ __typename }"}' }],
    ['a refused request', '/graphql', { method: 'POST', body: '{' }],
    ['an answer to GET', '/graphql?query=%7B__typename%7D', {}],
    ['what is not there', '/nothing.js', {}],
    ['the app', '/', { headers: BROWSER }],
    ["the app's files", '/app.js', {}],
    ["the app's addresses", '/some/where', { headers: BROWSER }],
    ['Apollo Sandbox', '/graphql', { headers: BROWSER }],
    ['GraphiQL', '/graphiql', { headers: BROWSER }],
  ])('as %s comes with headers that hold browsers back', async (_, path, init) => {
    const headers = { 'content-type': 'application/json', ...init.headers };
    const response = await fetch(at(path), { ...init, headers });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'strict-origin-when-cross-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(response.headers.has('strict-transport-security')).toBe(false);
    const policy = policyOf(response);
    expect(policy).toMatchObject({ 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] });
    expect(policy['script-src'] ?? []).not.toContain("'unsafe-inline'");
    expect(policy['script-src'] ?? []).not.toContain("'unsafe-eval'");
  });

  it.each(['/', '/some/where', '/graphql', '/graphiql'])(
    'as the page at %s gets no camera, microphone or place, and no window that another one holds',
    async (path) => {
      const { headers } = await fetch(at(path), { headers: BROWSER });
      const features = headers.get('permissions-policy')?.split(', ');
      expect(features).toEqual(
        expect.arrayContaining(['camera=()', 'microphone=()', 'geolocation=()']),
      );
      expect(headers.get('cross-origin-opener-policy')).toMatch(/^same-origin/);
    },
  );

  it('lets Apollo Sandbox load its script and its frame, and the app neither', async () => {
    const sandbox = policyOf(await fetch(at('/graphql'), { headers: BROWSER }));
    expect(sandbox['script-src']).toContain('https://embeddable-sandbox.cdn.apollographql.com');
    expect(sandbox['frame-src']).toEqual(['https://sandbox.embed.apollographql.com']);
    const app = policyOf(await fetch(at('/'), { headers: BROWSER }));
    expect(app['script-src']).toEqual(["'self'"]);
    expect(app['frame-src']).toBeUndefined();
  });
});

const withChromium = existsSync(CHROMIUM) ? describe : describe.skip;

withChromium(`a browser (skipped without ${CHROMIUM})`, () => {
  let browser: Browser;
  let page: Page;
  let violations: string[];
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    page = await browser.newPage();
    await page.route(/^https:/, (route) => route.abort());
    await page.exposeFunction('violated', (directive: string) => violations.push(directive));
    await page.addInitScript(
      `addEventListener('securitypolicyviolation', (event) => violated(event.violatedDirective))`,
    );
  });
  afterAll(() => browser.close());

  async function open(path: string): Promise<void> {
    violations = [];
    await page.goto(at(path));
  }

  it('runs GraphiQL, editor and all, without a violation', async () => {
    await open('/graphiql?query=%7B__typename%7D');
    await page.locator('.graphiql-execute-button').click();
    await until(async () =>
      (await page.locator('.graphiql-response').innerText()).includes('Query'),
    );
    expect(violations).toEqual([]);
  });

  it("runs the sandbox page's own script", async () => {
    await open('/graphql');
    await page.waitForURL('**/graphiql');
    expect(violations).toEqual([]);
  });

  it("runs the app's scripts and applies its styles, and nothing that was put in", async () => {
    await open('/');
    await page.waitForFunction('window.done');
    const colours = ['empty', 'known', 'foreign'].map((id) =>
      page.evaluate(`getComputedStyle(document.getElementById('${id}')).color`),
    );
    expect(await Promise.all(colours)).toEqual(['rgb(1, 2, 3)', 'rgb(1, 2, 3)', 'rgb(0, 0, 0)']);
    expect(await page.evaluate('window.injected')).toBeUndefined();
    await until(() => violations.length === 2);
    expect(violations.sort()).toEqual(['script-src-elem', 'style-src-elem']);
  });

  it('shows the app in nobody’s frame', async () => {
    const frame = `<iframe src="${at('/')}"></iframe>`;
    await page.route('http://evil.test/', (route) =>
      route.fulfill({ contentType: 'text/html', body: frame }),
    );
    await page.goto('http://evil.test/');
    const inner = page.frames()[1];
    expect(await inner?.evaluate('document.title')).not.toBe('App');
  });
});
