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
  redisPassword: z.string().min(1),
  /** SECRET_KEYS. */
  secretKeys: z.string().min(1),
  /** The private Ed25519 key, as JWK, with which the router tells subgraphs who asks. */
  routerSigningKey: z.string().min(1),
});

export type Secrets = z.infer<typeof secrets>;

/** Secrets that data folders of earlier versions lack and can be given. */
const LATER: { [Name in keyof Secrets]?: () => Secrets[Name] } = {
  secretKeys: () => newKeyRingText('1'),
  routerSigningKey: () => newSigningKeyText(),
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
  const added = Object.entries(LATER).filter(([name]) => stored?.[name] === undefined);
  const made = Object.fromEntries(added.map(([name, make]) => [name, make()]));
  const parsed = secrets.safeParse({ ...stored, ...made });
  if (!parsed.success)
    throw new StackFault(`${file} is damaged: restore it, or delete ${dataDir} to start afresh`);
  if (added.length > 0) await write(file, parsed.data);
  return parsed.data;
}

async function createSecrets(dataDir: string, file: string): Promise<Secrets> {
  const created = {
    clusterId: randomBytes(8).toString('hex'),
    postgresSuperuserPassword: randomBytes(24).toString('base64url'),
    postgresAppPassword: randomBytes(24).toString('base64url'),
    redisPassword: randomBytes(24).toString('base64url'),
    secretKeys: newKeyRingText('1'),
    routerSigningKey: newSigningKeyText(),
  };
  await mkdir(dataDir, { recursive: true });
  await write(file, created);
  return created;
}

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
