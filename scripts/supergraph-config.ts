import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The subgraphs do not make one graph; the message lists every reason, one per line. */
export class CompositionError extends Error {
  override readonly name = 'CompositionError';

  constructor(file: string, reasons: readonly string[]) {
    const list = reasons.map((reason) => `  ${reason}`).join('\n');
    super(`${file} does not compose, ${reasons.length} reason(s):\n${list}`);
  }
}

const supergraphConfig = z.object({
  federation_version: z
    .union([z.string(), z.number()])
    .refine(
      (version) => /^=?2(\.\d+)*$/.test(String(version)),
      'must be Federation 2, e.g. =2.14.4',
    )
    .optional(),
  subgraphs: z
    .record(
      z.string(),
      z.object({ routing_url: z.url(), schema: z.object({ file: z.string().min(1) }) }),
    )
    .refine((subgraphs) => Object.keys(subgraphs).length > 0, 'names no subgraph'),
});

type SupergraphConfig = z.infer<typeof supergraphConfig>;

/** Reads a file in rover's supergraph.yaml format, with the environment filled in. */
export function readSupergraphConfig(file: string, env: Environment): SupergraphConfig {
  const parsed = supergraphConfig.safeParse(
    attempt(
      file,
      () => parseYaml(withEnvironment(file, readFileSync(file, 'utf8'), env)) as unknown,
    ),
  );
  if (parsed.success) return parsed.data;
  throw new CompositionError(
    file,
    parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`),
  );
}

/** Runs a read; what goes wrong becomes a reason. */
export function attempt<Result>(file: string, read: () => Result, what = 'file'): Result {
  try {
    return read();
  } catch (err) {
    if (err instanceof CompositionError) throw err;
    throw new CompositionError(file, [
      `${what}: ${err instanceof Error ? err.message : String(err)}`,
    ]);
  }
}

/** Rover's substitution: `${env.NAME}` and `${env.NAME:-default}`. */
function withEnvironment(file: string, text: string, env: Environment): string {
  return text.replace(
    /\$\{env\.(\w+)(?::-([^}]*))?\}/g,
    (_, name: string, byDefault: string | undefined) => {
      const value = env[name] || byDefault;
      if (value !== undefined) return value;
      throw new CompositionError(file, [
        `${name} is not set: set it, or write \${env.${name}:-default}`,
      ]);
    },
  );
}
