import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Asker, decide } from '@spyhop/platform/policy';
import { loadSupergraph } from '@spyhop/router/supergraph/load';
import type { GraphQLSchema } from 'graphql';
import { ACCESS_RULES } from '../rules/access-rules';
import { scopesOfRoles } from '../rules/roles';
import { KEY_SCOPES, UNSCOPED, WHALE } from './access/belongings';
import { PERSONAS, type Persona, type WholeGraph, startWholeGraph } from './access/graph';
import { type Probe, probesOf } from './access/operations';
import { type Row, walk } from './access/walk';

const TABLE = join(__dirname, 'access-table.md');
/** Set by `npm run access-table`. */
const IS_WRITING = process.env['WRITE_ACCESS_TABLE'] === '1';
const WALK_MS = 900_000;

const HEAD = `# Who gets what of the graph

Written by \`npm run access-table\`, which asks a started router for each field of all subgraphs; read its diff like code. A test asks again and compares: a field without a row fails it.

Everything that is asked for belongs to \`owner\`: another user, a key of the owner with the scopes \`${KEY_SCOPES.join(' ')}\`, one that has only \`${UNSCOPED.join(' ')}\` (\`unscoped\`) and an administrator ask for the same. \`yes\` includes arguments that were refused for what they are; \`null\` is nothing, or nothing for them. Types that only mutations and subscriptions lead to are what those are.
`;

/** What the owner does not get either, so that the table proves nothing of it; all of it is everybody's to see. */
const NOTHING_THERE: readonly (readonly [why: string, fields: RegExp])[] = [
  [
    'no feed of the market runs',
    /^(Asset\.|Candle|ExchangePrint|Trade|FeedStatus\.|GlobalMarket\.|Movers\.|Query\.trending$)/,
  ],
  ['nobody has recorded flows', /^(FlowRecording\.|Query\.flowRecordings$)/],
  [
    'one transaction is no pattern, nor several folded into one',
    /^(Whale(Fold|Pattern)|WhaleTransaction\.patterns$)/,
  ],
  [
    'nobody knows whose the one wallet is that has sent it to itself',
    /^(WhaleParty\.owner$|Wallet(Counterparty\.|\.counterparties$))/,
  ],
  [
    'what is simulated is neither on a chain nor replaced there',
    /^(WhaleTransaction\.(confirmations|explorerUrl|fold|replacedBy|statusAt)|Wallet\.explorerUrl)$/,
  ],
  ['labels of one’s own name neither an owner nor a source', /^WalletLabel\.(owner|sourceUrl)$/],
  ['who is locked gets nothing at all', /^User\.lockedAt$/],
];

let graph: WholeGraph;
let schema: GraphQLSchema;
let rows: Map<string, Row>;
beforeAll(async () => {
  const file = join(__dirname, '../../../supergraph.graphql');
  ({ apiSchema: schema } = await loadSupergraph({ file, urls: new Map() }));
  graph = await startWholeGraph();
  rows = await walk(graph, reached(), queryOf);
}, WALK_MS);
afterAll(() => graph?.stop());

const SAMPLES = {
  ...{ symbol: '"BTC"', symbols: '"BTC"', interval: 'M1', first: '1' },
  ...{ chain: `"${WHALE.chain}"`, address: `"${WHALE.address}"` },
  // What is read here is in the newest entries, which are of nobody.
  'auditLog.filter': '{ kind: API_KEY_CREATED }',
  'whaleTransaction.id': `"${WHALE.chain}:${WHALE.hash}"`,
};
const probes = (): Probe[] => probesOf(schema, { ...SAMPLES, id: `"${graph.ids.owner}"` });
const reached = (): Probe[] => probes().filter(({ query }) => query !== null);

/** Others than the owner ask for the owner's account, not for theirs. */
const isOthers = ({ fields }: Probe, persona: Persona): boolean =>
  (persona === 'other' || persona === 'admin') && fields[0] === 'Query.me' && fields.length > 1;

const queryOf = (probe: Probe, persona: Persona): string => {
  const { owner, target } = graph.ids;
  const text = (probe.query ?? '').replaceAll(
    probe.field.startsWith('Mutation.') ? owner : target,
    target,
  );
  return isOthers(probe, persona) ? text.replace(/\bme\b/, `me: user(id: "${owner}")`) : text;
};

/** In columns, as the formatter leaves it. */
const tableOf = (): string => {
  const cells = [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([field, row]) => [field, ...PERSONAS.map((persona): string => row[persona])]);
  const all = [['field', ...PERSONAS], ...cells];
  const widths = ['field', ...PERSONAS].map((_, column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0)),
  );
  const lineOf = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = all;
  const rule = widths.map((width) => '-'.repeat(width));
  return [HEAD, ...[head, rule, ...body].map(lineOf), ''].join('\n');
};

const ASKERS = (): Record<Persona, Asker> => {
  const session = (userId: string, roles: string[]): Asker => ({
    ...{
      userId,
      roles,
      scopes: scopesOfRoles(roles),
      by: 'session',
      isLocked: false,
      isFresh: true,
    },
  });
  const key = (scopes: readonly string[]): Asker => ({
    ...{ userId: graph.ids.owner, roles: [], scopes, by: 'key', isLocked: false, isFresh: false },
  });
  return {
    anonymous: {
      userId: null,
      roles: [],
      scopes: [],
      by: 'nothing',
      isLocked: false,
      isFresh: false,
    },
    owner: session(graph.ids.owner, ['USER']),
    other: session(graph.ids.other, ['USER']),
    key: key(KEY_SCOPES),
    unscoped: key(UNSCOPED),
    admin: session(graph.ids.admin, ['USER', 'ADMIN']),
  };
};

const fieldsOf = (probe: Probe, persona: Persona): string[] =>
  probe.fields.map((field) =>
    field === 'Query.me' && isOthers(probe, persona) ? 'Query.user' : field,
  );

const decisionFor = (persona: Persona, action: string) =>
  decide(ACCESS_RULES, {
    ...{ who: ASKERS()[persona], action },
    owner: action.startsWith('User.') ? graph.ids.owner : null,
  });

describe('every field of every subgraph', () => {
  it('gives everybody what the table says', () => {
    if (IS_WRITING) writeFileSync(TABLE, tableOf());
    expect(tableOf().split('\n')).toEqual(readFileSync(TABLE, 'utf8').split('\n'));
  });

  it('has a row, unless only a mutation or a subscription leads there', () => {
    const committed = readFileSync(TABLE, 'utf8');
    const missing = reached().filter(({ field }) => !committed.includes(`| ${field} `));
    expect(missing.map(({ field }) => field)).toEqual([]);
    expect(rows.size).toBeGreaterThan(100);
  });

  it('is there for its owner, so that the table says something of others', () => {
    const nothing = [...rows].flatMap(([field, { owner }]) => (owner === 'null' ? [field] : []));
    const isKnown = (field: string) => NOTHING_THERE.some(([, fields]) => fields.test(field));
    expect(nothing.filter((field) => !isKnown(field))).toEqual([]);
    const unneeded = NOTHING_THERE.filter(
      ([, fields]) => !nothing.some((each) => fields.test(each)),
    );
    expect(unneeded).toEqual([]);
  });

  it('is given and refused as explainAccess says, if all is that leads there', () => {
    const differing: string[] = [];
    for (const probe of reached()) {
      for (const persona of PERSONAS) {
        const outcome = rows.get(probe.field)?.[persona];
        const decisions = fieldsOf(probe, persona).map((action) => decisionFor(persona, action));
        const isAllowed = decisions.every((decision) => decision.isAllowed);
        if (outcome === 'null' || (outcome === 'yes') === isAllowed) continue;
        const rule = decisions.find((decision) => !decision.isAllowed)?.rule ?? 'open';
        differing.push(`${probe.field} as ${persona}: ${outcome}, but ${rule}`);
      }
    }
    expect(differing).toEqual([]);
  });
});
