/*
 * The JavaScript that a first visit loads before it shows anything, gzipped: the entry and what it
 * names for preloading. The chart's code must not be among it.
 * Run: npm run bench -- web-load
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { report } from './report.ts';
import { ROOT } from './stack.ts';

const LIMIT_KB = 300;
const DIST = join(ROOT, 'web/dist');
const CHART = 'lightweight-charts';

const read = (file: string): string => readFileSync(join(DIST, file), 'utf8');

const html = read('index.html');
const first = [...html.matchAll(/(?:src|href)="\/?([^"]+\.js)"/g)].map(([, file = '']) => file);
const bytes = first.reduce((sum, file) => sum + gzipSync(read(file), { level: 9 }).length, 0);
const all = readdirSync(join(DIST, 'assets')).filter((name) => name.endsWith('.js'));
const withChart = all.filter((name) => read(`assets/${name}`).includes(CHART));
const isSplit =
  withChart.length > 0 && withChart.every((name) => !first.some((file) => file.endsWith(name)));
report({
  what: 'first load of the web, gzipped JavaScript',
  target: `< ${LIMIT_KB} kB, the chart split off`,
  measured: `${(bytes / 1_000).toFixed(1)} kB in ${first.length} file(s), chart ${isSplit ? 'in a file of its own' : 'NOT split off'}`,
  met: bytes < LIMIT_KB * 1_000 && isSplit,
});
