/*
 * How long `npm start` takes to its first live tick when everything is built and the data folder is
 * there: simulated prices, several starts one after the other.
 * Run: node bench/warm-start.ts [starts]
 */
import { join } from 'node:path';
import { median, report } from './report.ts';
import { startStack, withTemporaryFolder } from './stack.ts';

const STARTS = Number(process.argv[2] ?? 5);
const LIMIT_S = 5;
const FIRST_TICK = /First live tick after ([\d.]+) s/;

/** Seconds from the command to the first tick, as the command itself says. */
async function start(dataDir: string): Promise<number> {
  let seconds = NaN;
  const onLine = (line: string): void => {
    seconds = Number(FIRST_TICK.exec(line)?.[1] ?? seconds);
  };
  const env = { MARKET_SOURCE: 'simulated' };
  const stack = await startStack({ dataDir, env, onLine }, FIRST_TICK);
  await stack.stop();
  return seconds;
}

await withTemporaryFolder(async (folder) => {
  const dataDir = join(folder, 'data');
  console.log(`first start, with an empty data folder: ${await start(dataDir)} s`);
  const warm: number[] = [];
  for (let index = 0; index < STARTS; index += 1) warm.push(await start(dataDir));
  console.log(`warm starts: ${warm.join(', ')} s`);
  report({
    what: 'warm start to the first live tick',
    target: `≤ ${LIMIT_S} s`,
    measured: `${median(warm)} s (median of ${STARTS}; fastest ${Math.min(...warm)} s)`,
    met: median(warm) <= LIMIT_S,
  });
});
