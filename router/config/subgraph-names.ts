import { ConfigError } from '@spyhop/platform/config';
import type { RouterConfig } from './options';

/** Throws ConfigError for what is configured for subgraphs that there are not. */
export function checkSubgraphNames(
  { subgraphs, headers }: RouterConfig,
  known: ReadonlyMap<string, unknown>,
): void {
  const used: [key: string, names: readonly string[]][] = [
    ['subgraphs.named', Object.keys(subgraphs.named)],
    ['subgraphs.serverSentEvents', subgraphs.serverSentEvents],
    ['headers.named', Object.keys(headers.named)],
  ];
  const faults = used.flatMap(([key, names]) =>
    names
      .filter((name) => !known.has(name))
      .map((name) => `${key}: no subgraph "${name}"; there are ${[...known.keys()].join(', ')}`),
  );
  if (faults.length > 0) throw new ConfigError(faults);
}
