import { type DocumentNode, visit } from 'graphql';
import { type PathError, codedError } from '../execute/errors';
import type { Identity } from './identity';

/** Who may ask for the schema through the API: all, none, or who has one of the roles. */
export type IntrospectionAccess = 'everyone' | 'nobody' | { roles: readonly string[] };

/** Whether introspection may be answered for who asks. */
export function mayIntrospect(access: IntrospectionAccess, identity: Identity | null): boolean {
  if (typeof access === 'string') return access === 'everyone';
  return access.roles.some((role) => identity?.roles.has(role) ?? false);
}

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
