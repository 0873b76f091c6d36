import { API_KEYS_SECRET, type SignedUp, type UsersRig } from './kit';

export const CREATE_KEY = `mutation ($input: CreateApiKeyInput!) {
  createApiKey(input: $input) {
    key
    apiKey { id name scopes allowedIps createdAt expiresAt lastUsedAt lastUsedAddress }
  }
}`;
export const ROTATE_KEY = `mutation ($id: ID!, $overlapMinutes: Int) {
  rotateApiKey(id: $id, overlapMinutes: $overlapMinutes) { key apiKey { id name scopes allowedIps expiresAt } }
}`;
export const REVOKE_KEY = `mutation ($id: ID!) { revokeApiKey(id: $id) }`;
export const KEYS = `query ($first: Int, $after: String) {
  me { apiKeys(first: $first, after: $after) {
    edges { cursor node { id name expiresAt lastUsedAt lastUsedAddress } } pageInfo { hasNextPage endCursor }
  } }
}`;

export interface MadeKey {
  key: string;
  apiKey: { id: string; name: string; scopes: string[]; allowedIps: string[]; expiresAt: string };
}

/** Makes a key that may read the market, or as `input` says. */
export async function makeKey({ browser }: SignedUp, input: object = {}): Promise<MadeKey> {
  const all = { name: 'robot', scopes: ['READ_MARKET'], ...input };
  const { createApiKey } = await browser.data<{ createApiKey: MadeKey }>(CREATE_KEY, {
    input: all,
  });
  return createApiKey;
}

/** Asks whose a key is, as a router does. */
export async function askWhose(
  { adminPort }: UsersRig,
  body: unknown,
  authorization = `Bearer ${API_KEYS_SECRET}`,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/api-keys/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
