import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { ApolloGateway } from '@apollo/gateway';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import { freePort } from '@spyhop/platform/testkit/ports';
import { type DocumentNode, type GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import { createHandler } from 'graphql-http/lib/use/http';
import { start } from '../../main';
import { buildSupergraph } from '../../supergraph/load';

/** Longer than the stock planner may keep this process from noticing that it has passed. */
const IDLE_CONNECTION_MS = 600_000;

/** What the SDL of a test's subgraph begins with. */
export const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: [
  "@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible",
  "@interfaceObject", "@tag", "@context", "@fromContext"
])`;

type Resolver = (source: never, args: never) => unknown;

/** One subgraph of a test's own. */
export interface Subgraph {
  /** SDL; all of Federation's directives are imported. */
  typeDefs: string;
  resolvers: Readonly<Record<string, Readonly<Record<string, Resolver>>>>;
}

/** What a client gets; paths of errors start at `data`. */
export interface Body {
  data?: Record<string, unknown> | null;
  errors?: { message?: string; path?: unknown[]; extensions?: Record<string, unknown> }[];
  extensions?: { valueCompletion?: { path?: unknown[] }[] };
}

/** A supergraph that is served twice: by the router over HTTP, and by the stock executor. */
export interface TestGraph {
  /** As clients see it. */
  schema: GraphQLSchema;
  url: string;
  ask(query: string, variables?: object): Promise<Body>;
  /** What `@apollo/gateway` answers, of the same subgraphs. */
  askStock(query: string, variables?: object): Promise<Body>;
  close: Stop;
}

/** Serves the subgraphs, composes them and puts the router and the stock executor in front. */
export async function startGraph({
  subgraphs,
}: {
  subgraphs: Readonly<Record<string, Subgraph>>;
}): Promise<TestGraph> {
  const served = await Promise.all(Object.entries(subgraphs).map(serve));
  const supergraph = compose(served);
  const router = await startRouter(supergraph);
  const stock = await startStock(supergraph);
  return {
    schema: buildSupergraph(supergraph, new Map()).apiSchema,
    url: router.url,
    ask: (query, variables) => askOver(router.url, query, variables),
    askStock: stock.ask,
    close: () => stopAll([...served.map(({ stop }) => stop), stock.stop, router.stop]),
  };
}

interface ServedSubgraph {
  name: string;
  url: string;
  typeDefs: string;
  stop: Stop;
}

async function serve([name, subgraph]: [string, Subgraph]): Promise<ServedSubgraph> {
  const typeDefs = `${LINK}\n${subgraph.typeDefs}`;
  const schema = buildSubgraphSchema({
    typeDefs: parse(typeDefs),
    resolvers: subgraph.resolvers as never,
  });
  const handle = createHandler({ schema, ...checkedOnce(schema) });
  const server = createServer({ keepAliveTimeout: IDLE_CONNECTION_MS }, handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { name, url: `http://127.0.0.1:${port}/graphql`, typeDefs, stop: () => shut(server) };
}

/** The router and the stock executor ask the same: the second one costs no parsing. */
function checkedOnce(schema: GraphQLSchema): {
  parse: typeof parse;
  validate: () => readonly GraphQLError[];
} {
  const documents = new Map<string, DocumentNode>();
  return {
    parse: (source) => {
      const text = String(source);
      const known = documents.get(text);
      if (known) return known;
      const document = parse(text);
      const [fault] = validate(schema, document);
      if (fault) throw fault;
      documents.set(text, document);
      return document;
    },
    validate: () => [],
  };
}

function shut(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  return closed;
}

function compose(subgraphs: readonly ServedSubgraph[]): string {
  const { supergraphSdl, errors } = composeServices(
    subgraphs.map(({ name, url, typeDefs }) => ({ name, url, typeDefs: parse(typeDefs) })),
  );
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

async function startRouter(supergraph: string): Promise<{ url: string; stop: Stop }> {
  const folder = await mkdtemp(join(tmpdir(), 'router-federation-'));
  const file = join(folder, 'supergraph.graphql');
  await writeFile(file, supergraph);
  const [port, adminPort] = await Promise.all([freePort(), freePort()]);
  const stop = await start({
    ROUTER_SUPERGRAPH_FILE: file,
    PORT: String(port),
    ROUTER_ADMIN_PORT: String(adminPort),
    // Answers are compared as a whole.
    ROUTER_DEMAND_REPORT: 'false',
    // However many are asked for at random.
    ROUTER_DEMAND_PREPARING: '1000000000',
    LOG_LEVEL: 'silent',
  });
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    stop: () => stopAll([() => rm(folder, { recursive: true }), stop]),
  };
}

async function askOver(url: string, query: string, variables?: object): Promise<Body> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Body;
}

// Else the stock gateway reports its metrics to Apollo and looks for the cloud that it runs in.
process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

async function startStock(
  supergraphSdl: string,
): Promise<{ ask: TestGraph['askStock']; stop: Stop }> {
  // It refuses contexts and authorisation, which are to be tested beside what it knows.
  const known = supergraphSdl.replaceAll(', for: SECURITY', '');
  const gateway = new ApolloGateway({ supergraphSdl: known, logger: quiet });
  const { executor } = await gateway.load();
  const ask = async (query: string, variables: object = {}): Promise<Body> => {
    const result: unknown = await executor({
      document: parse(query),
      request: { query, variables },
      queryHash: createHash('sha256').update(query).digest('hex'),
      metrics: {},
      context: {},
      logger: quiet,
    } as unknown as Parameters<typeof executor>[0]).catch(({ message }: Error) => ({
      errors: [{ message }],
    }));
    return JSON.parse(JSON.stringify(result)) as Body;
  };
  return { ask, stop: () => gateway.stop() };
}
