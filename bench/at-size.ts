import { migrate } from '@spyhop/prisma/migrate';
import { Client } from 'pg';
import { median, report } from './report.ts';

type Ask = () => Promise<unknown>;

/** What a question takes of a small database and of a large one: medians, in ms. */
export interface Compared {
  small: number;
  large: number;
  ratio: number;
}

/** Asks both sides in turns, so that what else the machine does meets both. */
export async function compareInTurns(
  askSmall: Ask,
  askLarge: Ask,
  { rounds, perRound }: { rounds: number; perRound: number },
): Promise<Compared> {
  await Promise.all([timesOf(askSmall, perRound), timesOf(askLarge, perRound)]);
  const [few, many]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    few.push(...(await timesOf(askSmall, perRound)));
    many.push(...(await timesOf(askLarge, perRound)));
  }
  const [small, large] = [median(few), median(many)];
  return { small, large, ratio: large / small };
}

async function timesOf(ask: Ask, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const startedAt = performance.now();
    await ask();
    times.push(performance.now() - startedAt);
  }
  return times;
}

/** A query whose plan is looked at. */
export interface Planned {
  name: string;
  text: string;
  values: readonly unknown[];
  isRight: (plan: string) => boolean;
}

/** Says which of the queries are planned as they should be. */
export async function reportPlans(
  client: Client,
  queries: readonly Planned[],
  { what, target }: { what: string; target: string },
): Promise<void> {
  const wrong: string[] = [];
  for (const { name, text, values, isRight } of queries) {
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, [...values]);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    if (!isRight(plan)) wrong.push(`${name}:\n${plan}`);
  }
  report({
    ...{ what, target },
    measured: wrong.join('\n') || `${queries.length} of ${queries.length} do`,
    met: wrong.length === 0,
  });
}

/** With our tables, and nothing in them. `maintenanceUrl` is of any other database there. */
export async function createDatabase(maintenanceUrl: string, url: string): Promise<void> {
  const maintenance = new Client({ connectionString: maintenanceUrl });
  await maintenance.connect();
  await maintenance.query(`CREATE DATABASE ${new URL(url).pathname.slice(1)}`);
  await maintenance.end();
  await migrate(url);
}
