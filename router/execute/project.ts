import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  executeSync,
} from 'graphql';
import { ERROR_CODES } from '@spyhop/platform/errors';
import type { Data } from './data';
import { type PathError, codedError } from './errors';
import type { Draft } from './run-plan';

/** What a client gets. */
export interface Projection {
  data: Data | null;
  errors: readonly PathError[];
}

/** Subgraphs answer under the keys the client asked for, aliases included. */
const resolveByResponseKey: GraphQLFieldResolver<unknown, unknown> = (source, _args, _ctx, info) =>
  (source as Record<string | number, unknown>)[info.path.key];

/**
 * Gives a finished draft the shape that the client asked for: its fields in its order, abstract types,
 * `@skip` and `@include`, null where something non-null is missing, which then is an error too.
 */
export function project(
  apiSchema: GraphQLSchema,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  draft: Draft,
): Projection {
  const result: ExecutionResult = executeSync({
    schema: apiSchema,
    document,
    rootValue: draft.data,
    variableValues: variables,
    fieldResolver: resolveByResponseKey,
  });
  const errors = [...draft.errors];
  // A subgraph's error explains the hole that it left; only holes without one need a word of ours.
  if (errors.length === 0) {
    for (const { path } of result.errors ?? []) {
      errors.push(codedError('INTERNAL', ERROR_CODES.INTERNAL, path));
    }
  }
  return { data: (result.data ?? null) as Data | null, errors };
}
