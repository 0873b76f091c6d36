import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { composeServices } from '@apollo/composition';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { type DocumentNode, parse, printSchema } from 'graphql';
import {
  CompositionError,
  type Environment,
  attempt,
  readSupergraphConfig,
} from './supergraph-config';

/** What composition makes of the subgraphs. */
export interface Composition {
  /** For routers: every subgraph's fields, owners and addresses. */
  supergraphSdl: string;
  /** For clients: the one schema they see. */
  apiSdl: string;
}

/** Composes the subgraphs that a file in rover's supergraph.yaml format names. */
export function composeSupergraph(file: string, env: Environment): Composition {
  const { subgraphs } = readSupergraphConfig(file, env);
  const services = Object.entries(subgraphs).map(([name, { routing_url, schema }]) => ({
    name,
    url: routing_url,
    typeDefs: readSchema(file, name, resolve(dirname(file), schema.file)),
  }));
  const { errors, supergraphSdl } = composeServices(services);
  if (errors?.length) {
    throw new CompositionError(
      file,
      errors.map(({ message, extensions }) => `${String(extensions.code)}: ${message}`),
    );
  }
  if (supergraphSdl === undefined) throw new CompositionError(file, ['nothing came of it']);
  const supergraph = Supergraph.build(supergraphSdl, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  });
  return { supergraphSdl, apiSdl: `${printSchema(supergraph.apiSchema().toGraphQLJSSchema())}\n` };
}

function readSchema(file: string, subgraph: string, schemaFile: string): DocumentNode {
  return attempt(file, () => parse(readFileSync(schemaFile, 'utf8')), `${subgraph}: ${schemaFile}`);
}
