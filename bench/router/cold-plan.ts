/*
 * How long the largest query of the dashboard waits for its plan: its first answer from a router that has just
 * started, and under other names from the same one later, beyond what an answer takes once the plan is known.
 * Subgraphs have no data, so that there is nothing else to wait for.
 * Run: npm run bench:router -- cold-plan [--rounds N]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DocumentNode, Kind, OperationTypeNode, getOperationAST, print, visit } from 'graphql';
import { median, report } from '../report.ts';
import { ROOT, withTemporaryFolder } from '../stack.ts';
import { Part } from './part.ts';
import { ROUNDS } from './rounds.ts';
import { type RouterPart, startRouter } from './router-part.ts';

const LIMIT_MS = 50;
const ASKED_AGAIN = 50;
const OTHER_NAMES = 20;
const GENERATED = join(ROOT, 'web/src/generated/graphql.ts');

interface Times {
  /** Milliseconds beyond those of a known plan. */
  first: number;
  later: number;
  known: number;
}

/** Of the web's queries the one with the most fields, those of its fragments counted. */
async function largestQuery(): Promise<DocumentNode> {
  const all = Object.values((await import(GENERATED)) as Record<string, DocumentNode>);
  const [largest] = all
    .filter((document) => getOperationAST(document)?.operation === OperationTypeNode.QUERY)
    .sort((a, b) => fieldsIn(b) - fieldsIn(a));
  if (!largest) throw new Error(`no query in ${GENERATED}`);
  console.log(`${getOperationAST(largest)?.name?.value}, ${fieldsIn(largest)} fields`);
  return largest;
}

function fieldsIn(document: DocumentNode): number {
  let fields = 0;
  visit(document, { Field: () => void (fields += 1) });
  return fields;
}

const named = (document: DocumentNode, value: string): string =>
  print(
    visit(document, {
      OperationDefinition: (node) => ({ ...node, name: { kind: Kind.NAME, value } }),
    }),
  );

async function timeOf({ port }: RouterPart, query: string): Promise<number> {
  const startedAt = performance.now();
  const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  await answer.text();
  return performance.now() - startedAt;
}

async function timesOf(router: RouterPart, document: DocumentNode): Promise<Times> {
  // So that neither side's first connection counts.
  await timeOf(router, '{ __typename }');
  const query = named(document, 'Largest');
  const first = await timeOf(router, query);
  const again: number[] = [];
  for (let n = 0; n < ASKED_AGAIN; n += 1) again.push(await timeOf(router, query));
  const others: number[] = [];
  for (let n = 0; n < OTHER_NAMES; n += 1) {
    others.push(await timeOf(router, named(document, `Largest${n}`)));
  }
  const known = median(again);
  return { first: first - known, later: median(others) - known, known };
}

async function main(folder: string): Promise<void> {
  const document = await largestQuery();
  const subgraph = await Part.listening('no-data');
  const supergraph = join(folder, 'supergraph.graphql');
  const sdl = readFileSync(join(ROOT, 'supergraph.graphql'), 'utf8');
  const url = `http://127.0.0.1:${subgraph.port}/graphql`;
  writeFileSync(
    supergraph,
    sdl.replace(/(@join__graph\(name: "[^"]*", url: )"[^"]*"/g, `$1"${url}"`),
  );
  const rounds: Times[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const router = await startRouter({ supergraph, log: join(folder, 'router.log') });
    rounds.push(await timesOf(router, document));
    await router.stop();
  }
  const of = (figure: keyof Times): number => median(rounds.map((times) => times[figure]));
  console.log(`an answer with a known plan: ${of('known').toFixed(1)} ms`);
  tell('in a router that has just started', of('first'));
  tell('in one that has planned before', of('later'));
  await subgraph.stop();
}

function tell(where: string, ms: number): void {
  report({
    what: `cold plan of the dashboard's largest query, ${where}`,
    target: `< ${LIMIT_MS} ms`,
    measured: `${ms.toFixed(1)} ms`,
    met: ms < LIMIT_MS,
  });
}

await withTemporaryFolder(main);
