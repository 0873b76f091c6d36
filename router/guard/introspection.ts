import { type DocumentNode, visit } from 'graphql';
import { type PathError, codedError } from '../execute/errors';
import type { Identity } from './identity';

/** What a client is told who may not introspect. */
export const introspectionRefused = (identity: Identity | null): PathError =>
  identity
    ? codedError('FORBIDDEN', 'The identity may not introspect the schema; use its published copy.')
    : codedError('UNAUTHENTICATED', 'Sign in or send a key to introspect the schema.');

/** Whether a document asks for more of the schema than names of types (`__typename`). */
export function introspects(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field: ({ name }) => {
      found ||= name.value === '__schema' || name.value === '__type';
    },
  });
  return found;
}
