import { resolve } from 'node:path';
import { systemClock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { RedisSpace } from '@spyhop/platform/redis';
import type { Stop } from '@spyhop/platform/shutdown';
import type { RouterConfig } from '../config/options';
import type { RouterMetrics } from '../metrics';
import type { OperationText } from '../plan/operations';
import { type Manifest, watchManifest } from './manifest';
import { PersistedOperations, type Prepare } from './persisted';
import { PersistedTexts } from './persisted-texts';
import { Safelist } from './safelist';

interface Parts {
  /** As it is in the beginning; null where nothing is listed. */
  manifest: Manifest | null;
  redis: RedisSpace | null;
  prepare: Prepare;
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

/** Puts persisted operations together as the configuration says. */
export function startPersisted(
  { persisted, limits }: RouterConfig,
  { manifest, redis, prepare, metrics, log }: Parts,
): Persisted {
  const safelist = new Safelist({
    mode: persisted.safelist,
    limits,
    onUnlisted: () => metrics.persisted.inc({ outcome: 'unlisted' }),
    log,
  });
  if (manifest) safelist.use(manifest);
  const stopWatching = persisted.manifest
    ? watchManifest(
        { file: resolve(persisted.manifest), pollMs: MANIFEST_POLL_MS },
        (next) => safelist.use(next),
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
