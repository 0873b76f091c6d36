import { decodeJwt } from 'jose';
import { usersCommand } from '../administer';
import { PASSWORD, SIGN_IN, type SignedUp, type UsersRig, startUsersRig } from './kit';

/** Somebody who was made an administrator by the command, and has signed in since. */
export async function signUpAdmin(rig: UsersRig, email: string): Promise<SignedUp> {
  const before = await rig.signUp(email);
  const code = await usersCommand(['grant-admin', email], rig.command);
  if (code !== 0) throw new Error('nobody was made an administrator');
  const { browser } = before;
  browser.actAs(null);
  const input = { email, password: PASSWORD, delivery: 'BODY' };
  const { signIn } = await browser.data<{
    signIn: { accessToken: string; refreshToken: string };
  }>(SIGN_IN, { input });
  const claims = decodeJwt(signIn.accessToken);
  browser.actAs(claims);
  return { ...before, ...signIn, sessionId: String(claims['sid']) };
}

/** Somebody who administers, and somebody who does not. */
export interface Administered {
  rig: UsersRig;
  admin: SignedUp;
  ann: SignedUp;
}

export async function startAdministered(): Promise<Administered> {
  const rig = await startUsersRig();
  const admin = await signUpAdmin(rig, 'admin@example.org');
  return { rig, admin, ann: await rig.signUp('ann@example.org') };
}

export const USERS = `query ($filter: UserFilter, $first: Int, $after: String) {
  users(filter: $filter, first: $first, after: $after) {
    edges { cursor node { id email displayName roles lockedAt } }
    pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}`;
export const AUDIT_LOG = `query ($filter: AuditFilter, $first: Int, $after: String) {
  auditLog(filter: $filter, first: $first, after: $after) {
    edges { node { id at kind actor subject sessionId address userAgent details { name value } hash } }
    pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}`;
export const USER = `query ($id: ID!) { user(id: $id) { id email } }`;
export const SET_ROLES = `mutation ($id: ID!, $roles: [Role!]!) { setRoles(id: $id, roles: $roles) { id email roles } }`;
export const LOCK = `mutation ($id: ID!, $reason: String!) { lockUser(id: $id, reason: $reason) { id lockedAt } }`;
export const UNLOCK = `mutation ($id: ID!) { unlockUser(id: $id) { id lockedAt } }`;
export const REVEAL = `mutation ($id: ID!) { revealEmail(id: $id) }`;

/** A page as tests read it. */
export interface Listed<Node> {
  edges: { node: Node }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string };
}

/** An entry as tests read it. */
export interface Entry {
  id: string;
  at: string;
  kind: string;
  actor: string | null;
  subject: string | null;
  address: string | null;
  details: { name: string; value: string }[];
}
