import { API_KEY_SCOPES, type ApiKey, type ApiKeyEntry, rightsOf } from '../rules/api-key';

/** A row of the table. */
export interface ApiKeyRow {
  id: string;
  userId: string;
  name: string;
  keyHash: Uint8Array;
  scopes: string[];
  allowedIps: string[];
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  lastUsedAddress: string | null;
}

export const apiKeyOf = (row: ApiKeyRow): ApiKey => ({
  id: row.id,
  userId: row.userId,
  name: row.name,
  scopes: API_KEY_SCOPES.filter((scope) => row.scopes.includes(scope)),
  allowedIps: row.allowedIps,
  createdAt: row.createdAt.getTime(),
  expiresAt: row.expiresAt?.getTime() ?? null,
  lastUsedAt: row.lastUsedAt?.getTime() ?? null,
  lastUsedAddress: row.lastUsedAddress,
});

/** What the index says of a key whose owner has these roles. */
export const entryOf = (row: ApiKeyRow, ownerRoles: readonly string[]): ApiKeyEntry => ({
  userId: row.userId,
  hash: Buffer.from(row.keyHash).toString('base64url'),
  ...rightsOf(row.scopes, ownerRoles),
  allowedIps: row.allowedIps,
  expiresAt: row.expiresAt?.getTime() ?? null,
});
