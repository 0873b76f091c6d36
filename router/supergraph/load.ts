import { readFile } from 'node:fs/promises';
import type { Supergraph } from '@apollo/federation-internals';
import { ConfigError } from '@spyhop/platform/config';
import type { GraphQLSchema } from 'graphql';
import { parseSupergraph } from '../plan/planner';
import { Planning } from '../plan/planning';
import { Overrides } from './overrides';

/** Everything that planning and execution need to know of one supergraph. */
export interface LoadedSupergraph {
  sdl: string;
  supergraph: Supergraph;
  /** What clients see. */
  apiSchema: GraphQLSchema;
  /** All types of all subgraphs, also those that clients don't see. */
  fullSchema: GraphQLSchema;
  planning: Planning;
  /** Interfaces of which some subgraph does not know what implements them. */
  interfaceObjects: ReadonlySet<string>;
  /** Fields on their way to another subgraph. */
  overrides: Overrides;
  /** Where each subgraph answers, by its name. */
  urls: ReadonlyMap<string, string>;
}

/** Where a composed supergraph comes from. */
export interface SupergraphFile {
  file: string;
  /** These replace routing URLs by subgraph name. */
  urls: ReadonlyMap<string, string>;
}

/** Reads a composed supergraph. Throws ConfigError. */
export async function loadSupergraph(source: SupergraphFile): Promise<LoadedSupergraph> {
  const sdl = await readFile(source.file, 'utf8').catch((err: NodeJS.ErrnoException) => {
    throw new ConfigError([`ROUTER_SUPERGRAPH_FILE: cannot read ${source.file} (${err.code})`]);
  });
  return buildSupergraph(sdl, source.urls);
}

/** Builds all that is needed from a composed supergraph's SDL. Throws ConfigError. */
export function buildSupergraph(
  sdl: string,
  overrides: ReadonlyMap<string, string>,
): LoadedSupergraph {
  const supergraph = soundSupergraph(sdl);
  const fullSchema = supergraph.schema.toGraphQLJSSchema();
  const apiSchema = supergraph.apiSchema().toGraphQLJSSchema({ includeDefer: true });
  const interfaceObjects = interfaceObjectsIn(supergraph);
  return {
    sdl,
    supergraph,
    apiSchema,
    fullSchema,
    planning: new Planning({ sdl, supergraph, apiSchema, interfaceObjects }),
    interfaceObjects,
    overrides: new Overrides(sdl, fullSchema),
    urls: routingUrls(supergraph, overrides),
  };
}

function soundSupergraph(sdl: string): Supergraph {
  try {
    return parseSupergraph(sdl);
  } catch (err) {
    const reason = err instanceof Error ? err.message : String(err);
    throw new ConfigError([`ROUTER_SUPERGRAPH_FILE: not a composed supergraph: ${reason}`]);
  }
}

/** The interfaces of which some subgraph does not know what implements them (`@interfaceObject`). */
const interfaceObjectsIn = ({ schema }: Supergraph): ReadonlySet<string> =>
  new Set(
    schema
      .interfaceTypes()
      .filter((type) =>
        type
          .appliedDirectivesOf('join__type')
          .some((join) => (join.arguments() as { isInterfaceObject?: boolean }).isInterfaceObject),
      )
      .map(({ name }) => name),
  );

function routingUrls(
  supergraph: Supergraph,
  overrides: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const declared = supergraph.subgraphsMetadata();
  const names = declared.map(({ name }) => name);
  const faults = [...overrides.keys()]
    .filter((name) => !names.includes(name))
    .map((name) => `ROUTER_SUPERGRAPH_URLS: no subgraph "${name}"; there are ${names.join(', ')}`);
  const urls = new Map(declared.map(({ name, url }) => [name, overrides.get(name) ?? url]));
  for (const [name, url] of urls) {
    if (!URL.canParse(url)) faults.push(`ROUTER_SUPERGRAPH_URLS: "${name}" has no usable URL`);
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return urls;
}

const STRICT_LINK =
  /(@link\(url: "https:\/\/specs\.apollo\.dev\/(?:authenticated|requiresScopes|policy|cacheTag|context)\/v[\d.]+"[^)]*?), for: (?:SECURITY|EXECUTION)\)/g;

/** @apollo/gateway refuses supergraphs that link these features as mandatory: what enforces them stands before it. */
export const withoutMandatoryFeatures = (sdl: string): string => sdl.replace(STRICT_LINK, '$1)');
