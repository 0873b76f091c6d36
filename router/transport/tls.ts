import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Server as HttpServer } from 'node:http';
import { Server as TlsServer } from 'node:https';
import { createSecureContext } from 'node:tls';
import { ConfigError } from '@spyhop/platform/config';
import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';

/** Where a certificate with its chain and its private key are, in PEM. */
export interface TlsFiles {
  certFile: string;
  keyFile: string;
}

/** A certificate and the key that belongs to it. */
export interface Credentials {
  cert: Buffer;
  key: Buffer;
}

/** Throws ConfigError where a file cannot be read, or key and certificate do not belong together. */
export async function readCredentials({ certFile, keyFile }: TlsFiles): Promise<Credentials> {
  try {
    const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
    createSecureContext({ cert, key });
    return { cert, key };
  } catch (err) {
    const reason = err instanceof Error ? err.message : String(err);
    throw new ConfigError([
      `http.tlsCertFile: ${certFile} and ${keyFile} cannot be used: ${reason}`,
    ]);
  }
}

/**
 * Takes over a new certificate whenever one of the files changes (looked at every `pollMs` milliseconds), for
 * connections from then on. What cannot be used is logged, and the former stays in use.
 */
export function followCredentials(
  server: HttpServer,
  files: TlsFiles,
  { pollMs, log }: { pollMs: number; log: Log },
): Stop {
  const look = async (): Promise<void> => {
    if (server instanceof TlsServer) server.setSecureContext(await readCredentials(files));
    log.info('the router serves a new certificate');
  };
  const paths = [files.certFile, files.keyFile];
  for (const path of paths) {
    watchFile(path, { interval: pollMs }, () => {
      look().catch((err: unknown) => log.error({ err }, 'a new certificate cannot be used'));
    });
  }
  return async () => {
    for (const path of paths) unwatchFile(path);
  };
}
