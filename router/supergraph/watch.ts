import { unwatchFile, watchFile } from 'node:fs';
import { ApolloGateway, type SupergraphSdlUpdateFunction } from '@apollo/gateway';
import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';
import {
  type LoadedSupergraph,
  type SupergraphFile,
  loadSupergraph,
  withoutMandatoryFeatures,
} from './load';

// The gateway would report on itself, and ask the machine's cloud where it is.
process.env['APOLLO_TELEMETRY_DISABLED'] ??= 'true';

/**
 * Loads a supergraph again whenever its file changes (looked at every `pollMs` milliseconds): `use` gets the
 * first before this resolves, and every later one that is sound. What cannot be read or is no supergraph is
 * logged, and the former stays in use. Throws what `use` does with the first.
 */
export async function watchSupergraph(
  source: SupergraphFile & { pollMs: number },
  first: LoadedSupergraph,
  use: (supergraph: LoadedSupergraph) => Promise<void>,
  log: Log,
): Promise<Stop> {
  let newest = first;
  let update: SupergraphSdlUpdateFunction | undefined;
  const gateway = new ApolloGateway({
    supergraphSdl: async (hooks) => {
      update = hooks.update;
      return { supergraphSdl: withoutMandatoryFeatures(newest.sdl) };
    },
    logger: loggerOn(log),
  });
  let inUse = Promise.resolve();
  gateway.onSchemaLoadOrUpdate(() => {
    const supergraph = newest;
    // One that could not be used must not keep the next from being tried.
    inUse = inUse.catch(() => undefined).then(() => use(supergraph));
  });
  await gateway.load();
  await inUse;
  const look = async (): Promise<void> => {
    const next = await loadSupergraph(source);
    if (next.sdl === newest.sdl) return;
    newest = next;
    update?.(withoutMandatoryFeatures(next.sdl));
    await inUse;
    log.info('the router serves a new supergraph');
  };
  watchFile(source.file, { interval: source.pollMs }, () => {
    look().catch((err: unknown) => log.error({ err }, 'a new supergraph cannot be used'));
  });
  return async () => {
    unwatchFile(source.file);
    await gateway.stop();
  };
}

const loggerOn = (log: Log) => ({
  debug: (message?: unknown) => log.debug(String(message)),
  info: (message?: unknown) => log.debug(String(message)),
  warn: (message?: unknown) => log.warn(String(message)),
  error: (message?: unknown) => log.error(String(message)),
});
