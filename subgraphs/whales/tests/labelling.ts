import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WhaleParty, WhaleTransactionSeen } from '@spyhop/platform/topics';
import { importLabelsCommand } from '../import-labels';
import { type WhalesRig, leg, seen, until } from './rig';

const HEADER = 'chain,address,name,kind,owner,source,sourceUrl,date,confidence';
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** A label of a wallet of Ethereum. */
export const row = (address: string, name: string, kind: string, date = ''): string =>
  `ethereum,${address},${name},${kind},,mine,,${date},0.9`;

/** Imports labels, or takes them back, and waits until all that is stored goes by them. */
export async function load(rig: WhalesRig, rows: readonly string[], ...options: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'labels-'));
  const path = join(folder, 'labels.csv');
  await writeFile(path, [HEADER, ...rows, ''].join('\n'));
  const summary = await importLabelsCommand([path, ...options], rig.databaseUrl, {
    write: () => true,
  });
  await rm(folder, { recursive: true });
  await until(async () => {
    const [left] = await rig.prisma.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM whales.relabelling`;
    return left?.count === 0;
  });
  return summary;
}

let count = 0;
export const address = (): string => `0x${String((count += 1)).padStart(40, '0')}`;
export const unknown = (of: string): WhaleParty => ({
  address: of,
  owner: null,
  ownerKind: 'UNKNOWN',
});

/** So many units, worth ten dollars each. */
export const moved = (
  symbol: string,
  time: number,
  from: WhaleParty,
  to: WhaleParty,
  units = 100,
): WhaleTransactionSeen =>
  seen({
    ...{ chain: 'ethereum', time },
    legs: [
      leg({
        ...{ symbol, baseUnits: String(units), decimals: 0, usd: String(10 * units) },
        ...{ from: [from], to: [to] },
      }),
    ],
  });

/** From 0 to 1, the same ones for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
