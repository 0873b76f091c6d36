/*
 * The markets table in Chromium while every one of 200 assets ticks 10 times a second: the longest
 * task of the main thread, and how many frames were drawn.
 * Run: npm run bench -- web-ticks, or node bench/web-ticks.ts [seconds] at the root
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chromium, type Browser, type Page } from 'playwright-core';
import { report } from './report.ts';

const SECONDS = Number(process.argv[2] ?? 20);
const ASSETS = 200;
const HZ = 10;
const WARM_UP_MS = 5_000;
const LONG_TASK_MS = 50;
const VIEWPORT = { width: 1440, height: 900 };

interface Measured {
  longest: number;
  long: number;
  frames: number;
  ticks: number;
}

async function startMarket(): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, ['web/tests/serve-mock.ts'], {
    env: {
      ...process.env,
      PORT: '0',
      MOCK_ASSETS: String(ASSETS),
      MOCK_HZ: String(HZ),
      MOCK_SHARE: '1',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { url: line.toString().trim(), child };
}

/** Runs in the page: long tasks, frames and changes of prices during some milliseconds. */
async function measureInPage(duration: number): Promise<Measured> {
  const tasks: number[] = [];
  const observer = new PerformanceObserver((list) =>
    tasks.push(...list.getEntries().map((entry) => entry.duration)),
  );
  observer.observe({ type: 'longtask' });
  let ticks = 0;
  const changes = new MutationObserver((records) => (ticks += records.length));
  changes.observe(document.body, { subtree: true, attributeFilter: ['data-flash'] });
  let frames = 0;
  const end = performance.now() + duration;
  await new Promise<void>((resolve) => {
    const frame = () => {
      frames += 1;
      if (performance.now() < end) requestAnimationFrame(frame);
      else resolve();
    };
    requestAnimationFrame(frame);
  });
  observer.disconnect();
  changes.disconnect();
  return { longest: Math.max(0, ...tasks), long: tasks.length, frames, ticks };
}

async function measure(browser: Browser, page: Page, url: string): Promise<[Measured, number]> {
  await page.goto(url);
  await page.waitForSelector('[data-flash]');
  await page.waitForTimeout(WARM_UP_MS);
  return traced(browser, page, () => page.evaluate(measureInPage, SECONDS * 1000));
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds of CPU time. */
  tdur?: number;
  args?: { name?: string };
}

/** The most CPU time, in ms, that one task of a page's main thread took: other load does not count. */
function longestCpu(trace: Buffer): number {
  const { traceEvents } = JSON.parse(trace.toString('utf8')) as { traceEvents: TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid}/${tid}`;
  const isMain = ({ name, args }: TraceEvent) =>
    name === 'thread_name' && args?.name === 'CrRendererMain';
  const main = new Set(traceEvents.filter(isMain).map(threadOf));
  const tasks = traceEvents.filter((event) => event.ph === 'X' && main.has(threadOf(event)));
  return tasks.reduce((most, { tdur = 0 }) => Math.max(most, tdur), 0) / 1000;
}

async function traced<T>(
  browser: Browser,
  page: Page,
  work: () => Promise<T>,
): Promise<[T, number]> {
  await browser.startTracing(page, { categories: ['toplevel'] });
  const result = await work();
  return [result, longestCpu(await browser.stopTracing())];
}

async function main(): Promise<void> {
  const { url, child } = await startMarket();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage({ viewport: VIEWPORT });
    const [{ longest, long, frames, ticks }, cpu] = await measure(browser, page, url);
    const perSecond = (count: number) => (count / SECONDS).toFixed(0);
    report({
      what: `${ASSETS} rows ticking at ${HZ} Hz in Chromium for ${SECONDS} s`,
      target: `no task over ${LONG_TASK_MS} ms`,
      measured: `${long} long tasks, longest ${longest.toFixed(0)} ms, at most ${cpu.toFixed(0)} ms of CPU in one task; ${perSecond(frames)} frames/s, ${perSecond(ticks)} changed prices/s on screen`,
      met: long === 0,
    });
  } finally {
    await browser.close();
    child.kill();
  }
}

void main();
