import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import type { Page } from 'playwright-core';
import { SCREENS } from './browser';

interface Finding {
  id: string;
  impact: string;
  nodes: { target: string[]; any: { data: { messageKey?: string } | null }[] }[];
}

/** What axe finds that keeps people out (impact serious or critical), as rule and element. */
async function barriers(page: Page): Promise<string[]> {
  const axe = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe: checker } = window as unknown as {
      axe: { run(): Promise<{ violations: Finding[]; incomplete: Finding[] }> };
    };
    const { violations, incomplete } = await checker.run();
    const keepOut = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
    // Of text in the colour of its ground axe does not know whether it is meant.
    const unseen = incomplete.map((finding) => ({
      ...finding,
      nodes: finding.nodes.filter(({ any }) =>
        any.some(({ data }) => data?.messageKey === 'equalRatio'),
      ),
    }));
    return [...keepOut, ...unseen].flatMap(({ id, nodes }) =>
      nodes.map(({ target }) => `${id}: ${target.join(' ')}`),
    );
  });
}

/** Pictures of the page, where the environment names a folder for them. */
async function keep(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  for (const [screen, viewport] of Object.entries(SCREENS)) {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(150);
      await page.screenshot({ path: join(folder, `${name}-${screen}-${colorScheme}.png`) });
    }
  }
  await page.setViewportSize(SCREENS.desktop);
  await page.emulateMedia({ colorScheme: 'dark' });
}

/** Resolves once no text is in another font than it will be, which has other widths. */
export async function written(page: Page): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}

/** Resolves once the page has laid itself out within the width of its screen. */
export async function fits(page: Page): Promise<void> {
  const overflow = () =>
    page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
  await until(overflow, (pixels) => pixels === 0);
}

/** The page as it stands is open to everybody, and fits a phone. */
export async function inspect(page: Page, name: string): Promise<void> {
  await keep(page, name);
  expect(await barriers(page)).toEqual([]);
  await page.setViewportSize(SCREENS.phone);
  await fits(page);
  await page.setViewportSize(SCREENS.desktop);
}
