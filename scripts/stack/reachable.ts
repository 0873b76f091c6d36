import { connect } from 'node:net';
import { Client } from 'pg';
import { StackFault } from './fault';

const TIMEOUT_MS = 5_000;
const REDIS_PORT = 6_379;

/** Fails with one line where the user's PostgreSQL does not let us in. */
export async function requirePostgres(databaseUrl: string): Promise<void> {
  const client = new Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
  } catch (err) {
    throw unreachable('DATABASE_URL', databaseUrl, err);
  }
}

/** Fails with one line where nobody answers at the user's Redis. */
export async function requireRedis(redisUrl: string): Promise<void> {
  const { hostname, port } = new URL(redisUrl);
  const socket = connect({
    host: hostname,
    port: Number(port || REDIS_PORT),
    timeout: TIMEOUT_MS,
  });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
      socket.once('timeout', () => reject(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    });
  } catch (err) {
    throw unreachable('REDIS_URL', redisUrl, err);
  } finally {
    socket.destroy();
  }
}

/** Names the server, never the password. */
function unreachable(variable: string, url: string, err: unknown): StackFault {
  const reason =
    err instanceof Error ? err.message || String(Reflect.get(err, 'code')) : String(err);
  return new StackFault(
    `${variable}: ${new URL(url).host} cannot be used (${reason}): start it, or unset ${variable} for the embedded one`,
    { cause: err },
  );
}
