/* `npm run bench`: what the product does, in figures. */
import { runBenches } from './runner.ts';

const benches = [
  'feed-parse',
  'sign-in',
  'latency',
  'router/fan-out',
  'candles',
  'accounts-at-size',
  'whales-at-size',
  'memory',
  'warm-start',
  'whales-folding',
  'whales-filters',
  'web-load',
  'web-ticks',
];

await runBenches({ folder: import.meta.dirname, benches }, process.argv.slice(2));
