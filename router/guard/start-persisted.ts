import { resolve } from 'node:path';
import { systemClock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { RedisSpace } from '@spyhop/platform/redis';
import type { Stop } from '@spyhop/platform/shutdown';
import type { RouterConfig } from '../config/options';
import type { RouterMetrics } from '../metrics';
import type { OperationText } from '../plan/operations';
import { watchManifest } from './manifest';
import { PersistedOperations } from './persisted';
import { PersistedTexts } from './persisted-texts';
import { Safelist } from './safelist';

interface Parts {
  redis: RedisSpace | null;
  /** Throws RefusedOperation for what cannot be served. */
  prepare: (query: string, operationName: string | null | undefined) => unknown;
  metrics: RouterMetrics;
  log: Log;
}

interface Persisted {
  operations: PersistedOperations;
  /** What the manifest lists. */
  listed: readonly OperationText[];
  stop: Stop;
}

const MANIFEST_POLL_MS = 1_000;

/** Puts persisted operations together as the configuration says. Throws ConfigError for a manifest that is none. */
export async function startPersisted(
  { persisted, limits }: RouterConfig,
  { redis, prepare, metrics, log }: Parts,
): Promise<Persisted> {
  const safelist = new Safelist({
    mode: persisted.safelist,
    limits,
    onUnlisted: () => metrics.persisted.inc({ outcome: 'unlisted' }),
    log,
  });
  const stopWatching = persisted.manifest
    ? await watchManifest(
        { file: resolve(persisted.manifest), pollMs: MANIFEST_POLL_MS },
        (manifest) => safelist.use(manifest),
        log,
      )
    : null;
  const automatic = persisted.automatic
    ? new PersistedTexts({
        memoryBytes: persisted.automaticBytes,
        ttlMs: persisted.ttlSeconds * 1_000,
        redis,
        clock: systemClock,
        log,
      })
    : null;
  return {
    operations: new PersistedOperations({ automatic, safelist, prepare, metrics }),
    listed: safelist.operations,
    stop: async () => {
      automatic?.close();
      await stopWatching?.();
    },
  };
}
