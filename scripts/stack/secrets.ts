import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newKeyRingText } from '@spyhop/platform/secret-box';
import { z } from 'zod';
import { StackFault } from './fault';

const secrets = z.object({
  /** Names this data folder's cluster where it must live elsewhere. */
  clusterId: z.string().min(1),
  postgresSuperuserPassword: z.string().min(1),
  postgresAppPassword: z.string().min(1),
  /** Of the logins that the domains have. */
  postgresMarketPassword: z.string().min(1),
  postgresAnalyticsPassword: z.string().min(1),
  postgresUsersPassword: z.string().min(1),
  postgresUsersSystemPassword: z.string().min(1),
  postgresWhalesPassword: z.string().min(1),
  postgresWhalesSystemPassword: z.string().min(1),
  redisPassword: z.string().min(1),
  /** SECRET_KEYS. */
  secretKeys: z.string().min(1),
  /** The private Ed25519 key, as JWK, with which the router tells subgraphs who asks; kept, so that they know it after a restart. */
  routerSigningKey: z.string().min(1),
  /** With which the router proves to the users subgraph that it may ask whose an API key is. */
  apiKeysSecret: z.string().min(1),
});

export type Secrets = z.infer<typeof secrets>;

const ORIGINAL = ['postgresSuperuserPassword', 'postgresAppPassword', 'redisPassword'] as const;

const newPassword = (): string => randomBytes(24).toString('base64url');

/** Secrets that data folders of earlier versions lack and can be given. */
const LATER = {
  postgresMarketPassword: newPassword,
  postgresAnalyticsPassword: newPassword,
  postgresUsersPassword: newPassword,
  postgresUsersSystemPassword: newPassword,
  postgresWhalesPassword: newPassword,
  postgresWhalesSystemPassword: newPassword,
  secretKeys: () => newKeyRingText('1'),
  routerSigningKey: () => newSigningKeyText(),
  apiKeysSecret: () => newSharedSecret(),
};

const FILE = 'secrets.json';
const FILE_MODE = 0o600;

/** The data folder's secrets; the first start makes them up, readable by their owner alone. */
export async function loadSecrets(dataDir: string): Promise<Secrets> {
  const file = join(dataDir, FILE);
  const text = await readFile(file, 'utf8').catch((err: NodeJS.ErrnoException) => {
    if (err.code === 'ENOENT') return undefined;
    throw err;
  });
  if (text === undefined) return createSecrets(dataDir, file);
  await chmod(file, FILE_MODE);
  const stored = z.record(z.string(), z.unknown()).safeParse(parseJson(text)).data;
  const parsed = secrets.safeParse({ ...laterSecrets(), ...stored });
  if (!parsed.success)
    throw new StackFault(`${file} is damaged: restore it, or delete ${dataDir} to start afresh`);
  if (Object.keys(LATER).some((name) => stored?.[name] === undefined))
    await write(file, parsed.data);
  return parsed.data;
}

async function createSecrets(dataDir: string, file: string): Promise<Secrets> {
  const original = Object.fromEntries(ORIGINAL.map((name) => [name, newPassword()]));
  const clusterId = randomBytes(8).toString('hex');
  const created = secrets.parse({ clusterId, ...original, ...laterSecrets() });
  await mkdir(dataDir, { recursive: true });
  await write(file, created);
  return created;
}

const laterSecrets = (): Record<string, string> =>
  Object.fromEntries(Object.entries(LATER).map(([name, make]) => [name, make()]));

/** 32 random bytes in base64url. */
export const newSharedSecret = (): string => randomBytes(32).toString('base64url');

/** A private Ed25519 key as JWK (RFC 8037). */
export const newSigningKeyText = (): string =>
  JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }));

/** Renamed into place whole: a crash in between leaves no half a file. */
async function write(file: string, content: Secrets): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: FILE_MODE });
  await rename(`${file}.new`, file);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
