/* What a router guards in production: whoever issues tokens, the keys that it signs with, and a Redis. */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { findRedisProgram, startRedis } from '@spyhop/platform/embedded/redis';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { freePort } from '../../platform/testkit/ports.ts';

const ISSUER = 'https://issuer.example';
const AUDIENCE = 'https://graph.example';
const REDIS_PASSWORD = 'bench';

export interface Guards {
  /** The configuration file of a router that has all of it on. */
  config: string;
  /** The header of somebody who may read everything. */
  authorization: string;
  stop: () => Promise<void>;
}

/** Starts what is needed, and writes the configuration into the folder. */
export async function startGuards(folder: string): Promise<Guards> {
  const tokens = await generateKeyPair('EdDSA', { extractable: true });
  const signing = await generateKeyPair('EdDSA', { extractable: true });
  const issuer = createServer((_request, response) => {
    void exportJWK(tokens.publicKey).then((key) =>
      response.end(JSON.stringify({ keys: [{ ...key, kid: 'k', alg: 'EdDSA', use: 'sig' }] })),
    );
  }).listen(0, '127.0.0.1');
  await once(issuer, 'listening');
  const redis = await startBenchRedis(join(folder, 'redis'));
  const config = join(folder, 'guarded.yaml');
  const options = {
    identity: {
      jwksUrl: `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys`,
      jwtIssuers: [ISSUER],
      jwtAudiences: [AUDIENCE],
      passedClaims: ['sid'],
      signingKey: JSON.stringify(await exportJWK(signing.privateKey)),
      signTogether: true,
    },
    redis: { url: `redis://:${REDIS_PASSWORD}@127.0.0.1:${redis.port}` },
  };
  // JSON is YAML.
  await writeFile(config, JSON.stringify(options), { mode: 0o600 });
  const token = await new SignJWT({ sid: 's1', scope: 'read:reviews', roles: ['USER'] })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'k' })
    .setSubject('ann')
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime('12h')
    .sign(tokens.privateKey);
  const stop = async (): Promise<void> => {
    issuer.close();
    issuer.closeAllConnections();
    await redis.stop();
  };
  return { config, authorization: `Bearer ${token}`, stop };
}

async function startBenchRedis(dataDir: string) {
  const program = findRedisProgram(process.env.PATH);
  if (!program) throw new Error('redis-server is not installed');
  const port = await freePort();
  return startRedis({ program, dataDir, port, password: REDIS_PASSWORD, durable: false });
}
