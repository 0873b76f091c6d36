import type { Identity } from './identity';

/** Who may have something: all, none, or who has one of the roles. */
export type Access = 'everyone' | 'nobody' | { roles: readonly string[] };

/** Whether who asks may have it. */
export function mayHave(access: Access, identity: Identity | null): boolean {
  if (typeof access === 'string') return access === 'everyone';
  return access.roles.some((role) => identity?.roles.has(role) ?? false);
}
