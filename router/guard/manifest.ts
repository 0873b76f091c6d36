import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { ConfigError } from '@spyhop/platform/config';
import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';
import { type DocumentNode, GraphQLError, parse, print } from 'graphql';
import { z } from 'zod';
import type { OperationText } from '../plan/operations';

/** Operations that were listed when the apps were built that send them. */
export interface Manifest {
  operations: readonly OperationText[];
  /** By id. */
  texts: ReadonlyMap<string, string>;
  /** As they are written. */
  exact: ReadonlySet<string>;
  /** As `normalText` has them. */
  normal: ReadonlySet<string>;
}

/** Lists nothing. */
export const NO_MANIFEST: Manifest = {
  operations: [],
  texts: new Map(),
  exact: new Set(),
  normal: new Set(),
};

/** https://www.apollographql.com/docs/graphos/platform/security/persisted-queries#manifest-format */
const ManifestFile = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string().min(1), name: z.string(), body: z.string() })),
});

/** Equal for documents that differ in layout, comments and the order of their definitions alone. */
export const normalText = ({ definitions }: DocumentNode): string =>
  definitions.map(print).sort().join('\n');

/**
 * Reads a manifest again whenever its file changes (looked at every `pollMs` milliseconds): `use` gets every
 * one that is sound. What is not is logged, and the former stays in use.
 */
export function watchManifest(
  { file, pollMs }: { file: string; pollMs: number },
  use: (manifest: Manifest) => void,
  log: Log,
): Stop {
  const look = async (): Promise<void> => {
    const manifest = await readManifest(file);
    use(manifest);
    log.info({ operations: manifest.texts.size }, 'the router has a new list of operations');
  };
  watchFile(file, { interval: pollMs }, () => {
    look().catch((err: unknown) => log.error({ err }, 'a new list of operations cannot be used'));
  });
  return async () => unwatchFile(file);
}

/** Throws ConfigError. */
export async function readManifest(file: string): Promise<Manifest> {
  try {
    return manifestOf(ManifestFile.parse(JSON.parse(await readFile(file, 'utf8'))));
  } catch (err) {
    throw new ConfigError([`persisted.manifest: ${file} cannot be used: ${reasonOf(err)}`]);
  }
}

function manifestOf({ operations }: z.infer<typeof ManifestFile>): Manifest {
  const texts = new Map<string, string>();
  const normal = new Set<string>();
  for (const { id, name, body } of operations) {
    if (texts.has(id)) throw new Error(`two operations have the id ${id}`);
    texts.set(id, body);
    normal.add(normalText(parsed(name, body)));
  }
  return {
    operations: operations.map(({ name, body }) => ({ query: body, operationName: name })),
    texts,
    exact: new Set(texts.values()),
    normal,
  };
}

function parsed(name: string, body: string): DocumentNode {
  try {
    return parse(body);
  } catch (err) {
    if (err instanceof GraphQLError) throw new Error(`${name}: ${err.message}`, { cause: err });
    throw err;
  }
}

const reasonOf = (err: unknown): string => {
  if (err instanceof z.ZodError) return z.prettifyError(err);
  return err instanceof Error ? err.message : String(err);
};
