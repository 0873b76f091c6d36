/*
 * What folding costs where whales are stored: the same transactions, in batches as the stream hands them over, with
 * folding and without, in turns.
 * Run: node bench/whales-folding.ts [--transactions 5000] [--rounds 9]
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { allowPassage, startPostgres } from '@spyhop/platform/embedded/postgres';
import type { WhaleTransactionSeen } from '@spyhop/platform/topics';
import { type PrismaClient, createPrisma } from '@spyhop/prisma/client';
import { migrate } from '@spyhop/prisma/migrate';
import { PipelinedDatabase } from '@spyhop/prisma/pipelined';
import { SLOT_MS, slotOf } from '@spyhop/whales/feeds/simulated/stories';
import { valued } from '@spyhop/whales/rules/valuation';
import { Folds } from '@spyhop/whales/store/folds';
import { Journal } from '@spyhop/whales/store/journal';
import { median, report } from './report.ts';
import { withTemporaryFolder } from './stack.ts';

const PORT = Number(process.env.BENCH_PORT ?? 4_800);
/** As the durable stream hands them over. */
const BATCH = 100;
const START = Date.UTC(2025, 0, 1);
const AT_MOST = 1.1;
const USD: Readonly<Record<string, string>> = {
  ...{ BTC: '60000', ETH: '3000', SOL: '150', XRP: '0.6', LINK: '15', DOGE: '0.15' },
};
const priceAt = (symbol: string): string | null => USD[symbol] ?? null;

const { values: options } = parseArgs({
  options: {
    transactions: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '9' },
  },
});
const COUNT = Number(options.transactions);
const ROUNDS = Number(options.rounds);

/** The simulation's: almost half of them are in folds. */
function makeBatches(): WhaleTransactionSeen[][] {
  const seen: WhaleTransactionSeen[] = [];
  for (let slot = Math.floor(START / SLOT_MS); seen.length < COUNT; slot += 1) {
    for (const sighting of slotOf('bench', slot, priceAt)) {
      const legs = sighting.legs.map((leg) => valued(leg, sighting.time, priceAt));
      seen.push({ ...sighting, legs, dataset: { kind: 'SIMULATED', begun: 1 } });
    }
  }
  return Array.from({ length: Math.ceil(COUNT / BATCH) }, (_, batch) =>
    seen.slice(batch * BATCH, Math.min((batch + 1) * BATCH, COUNT)),
  );
}

/** Every transaction stands alone. */
const noFolds: Pick<Folds, 'place' | 'write' | 'forget'> = {
  place: async (_sql, _position, transactions) => ({
    ...{ transactions: [...transactions], earlier: [], folds: [] },
  }),
  write: () => undefined,
  forget: () => undefined,
};

interface Round {
  ms: number;
  /** Of this process. */
  cpuMs: number;
}

interface Databases {
  prisma: PrismaClient;
  storing: PipelinedDatabase;
}

async function store(
  { prisma, storing }: Databases,
  batches: readonly WhaleTransactionSeen[][],
  folds: Pick<Folds, 'place' | 'write' | 'forget'>,
): Promise<Round> {
  await prisma.$executeRaw`
    TRUNCATE whales.transaction, whales.asset_move, whales.fold, whales.party_owner,
      whales.asset_activity, whales.exchange_flow, whales.owner_flow, whales.wallet_move,
      whales.wallet_asset, whales.wallet_activity, whales.wallet_counterparty,
      whales.pattern_move`;
  await prisma.$executeRaw`UPDATE whales.journal SET position = 0, kind = NULL`;
  const journal = new Journal(storing, folds);
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  for (const batch of batches) await journal.save(batch);
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - startedAt, cpuMs: (user + system) / 1_000 };
}

async function compare(databases: Databases): Promise<void> {
  const batches = makeBatches();
  const [without, withFolds]: [Round[], Round[]] = [[], []];
  for (let round = -2; round < ROUNDS; round += 1) {
    const turns = [
      async () => without.push(await store(databases, batches, noFolds)),
      async () => withFolds.push(await store(databases, batches, new Folds())),
    ];
    for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
    // The first ones are for the compiler.
    if (round < 0) without.length = withFolds.length = 0;
  }
  const [folded] = await databases.prisma.$queryRaw<{ share: number }[]>`
    SELECT avg((fold_hash IS NOT NULL)::int)::float8 AS share FROM whales.transaction`;
  const ratioOf = (figure: keyof Round): number =>
    median(withFolds.map((round, index) => round[figure] / (without[index]?.[figure] ?? NaN)));
  const each = (rounds: readonly Round[]): string =>
    `${((1_000 * median(rounds.map(({ ms }) => ms))) / COUNT).toFixed(0)} µs`;
  const ratio = ratioOf('ms');
  report({
    what: `storing whales with folding, ${Math.round(100 * (folded?.share ?? 0))} % of them in folds`,
    target: `< ${AT_MOST} times as long as without`,
    measured: `${ratio.toFixed(3)} times (median of ${ROUNDS} pairs; ${each(without)} and ${each(withFolds)} each); ${ratioOf('cpuMs').toFixed(3)} times the CPU of the process`,
    met: ratio < AT_MOST,
  });
}

async function main(folder: string): Promise<void> {
  await allowPassage(folder);
  const dataDir = join(folder, 'postgres');
  const options = { dataDir, port: PORT, superuserPassword: 'bench', durable: true };
  const postgres = await startPostgres(options);
  const url = `postgresql://postgres:bench@127.0.0.1:${postgres.port}/postgres`;
  try {
    await migrate(url);
    const [prisma, storing] = [createPrisma(url), new PipelinedDatabase(url)];
    await compare({ prisma, storing });
    await Promise.all([prisma.$disconnect(), storing.close()]);
  } finally {
    await postgres.stop();
  }
}

await withTemporaryFolder(main);
