import { resolve } from 'node:path';
import { systemClock } from '@spyhop/platform/clock';
import { ConfigError } from '@spyhop/platform/config';
import { checkTagFormats } from '../cache/tag-formats';
import type { RouterConfig } from '../config/options';
import { UNNAMED, checkRouterConfig } from '../config/read';
import { checkSubgraphNames } from '../config/subgraph-names';
import { type Manifest, readManifest } from '../guard/manifest';
import { type IdentitySigner, createIdentitySigner } from '../guard/signed-identity';
import { checkLiveRules } from '../plan/live-rules';
import { type LoadedSupergraph, loadSupergraph } from '../supergraph/load';
import { checkApp } from '../transport/static-app';
import { type Credentials, type TlsFiles, readCredentials } from '../transport/tls';

/** What the configuration points at, as it is when the router starts. */
export interface Files {
  /** Null where subgraphs are not told who asks. */
  signer: IdentitySigner | null;
  /** Null where connections are plain. */
  tls: Credentials | null;
  /** Null where no operations are listed. */
  manifest: Manifest | null;
  supergraph: LoadedSupergraph;
}

/** Reads the configuration and all that it points at, before anything starts. Throws ConfigError that names the faults of all. */
export async function readConfigured(
  env: NodeJS.ProcessEnv,
): Promise<{ config: RouterConfig; files: Files }> {
  const { config, faults } = checkRouterConfig(env);
  if (!config) throw new ConfigError(faults);
  const [, files] = await allSound([checkNone(faults), readFiles(config)]);
  return { config, files };
}

async function checkNone(faults: string[]): Promise<void> {
  if (faults.length > 0) throw new ConfigError(faults);
}

async function readFiles(config: RouterConfig): Promise<Files> {
  const { manifest: list } = config.persisted;
  const { folder } = config.web;
  const tlsFiles = tlsFilesOf(config);
  const [signer, tls, manifest, supergraph] = await allSound([
    signerBy(config),
    tlsFiles && readCredentials(tlsFiles),
    list ? readManifest(resolve(list)) : null,
    supergraphBy(config),
    folder && checkApp(resolve(folder)),
  ]);
  return { signer, tls, manifest, supergraph };
}

/** Null where connections are plain. */
export const tlsFilesOf = ({ http }: RouterConfig): TlsFiles | null => {
  const { tlsCertFile: certFile, tlsKeyFile: keyFile } = http;
  return certFile === undefined || keyFile === undefined ? null : { certFile, keyFile };
};

async function signerBy({ identity }: RouterConfig): Promise<IdentitySigner | null> {
  const { signingKey: key, passedClaims: claims, signTogether: together } = identity;
  return key ? createIdentitySigner({ key, claims, together, clock: systemClock }) : null;
}

async function supergraphBy(config: RouterConfig): Promise<LoadedSupergraph> {
  const { file, urls } = config.supergraph;
  // That none is named is a fault of the configuration itself.
  if (file === UNNAMED) throw new ConfigError([]);
  const loaded = await loadSupergraph({ file: resolve(file), urls });
  await allSound([
    (async () => checkSubgraphNames(config, loaded.urls))(),
    (async () => checkLiveRules(loaded.supergraph))(),
    (async () => config.cache.enabled && checkTagFormats(loaded.supergraph.schema))(),
  ]);
  return loaded;
}

/** Waits for all. Throws ConfigError with the faults of all that threw one. */
async function allSound<Parts extends readonly unknown[]>(parts: [...Parts]) {
  const settled = await Promise.allSettled(parts);
  const faults = settled.flatMap((each) => (each.status === 'rejected' ? faultsOf(each) : []));
  if (faults.length > 0) throw new ConfigError(faults);
  return Promise.all(parts);
}

function faultsOf({ reason }: PromiseRejectedResult): readonly string[] {
  if (reason instanceof ConfigError) return reason.faults;
  throw reason;
}
