import { mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readAnalyticsConfig } from '@spyhop/analytics/config';
import { readMarketConfig } from '@spyhop/market/config';
import { readFeedConfig } from '@spyhop/market/feeds/config';
import { systemClock } from '@spyhop/platform/clock';
import { readRouterConfig } from '@spyhop/router/config/read';
import { API_KEYS_PATH } from '@spyhop/users/api-key-endpoint';
import { POLICIES_PATH } from '@spyhop/users/policy-endpoint';
import { readUsersConfig } from '@spyhop/users/config';
import { readWhalesConfig } from '@spyhop/whales/config';
import { readWhaleFeedConfig } from '@spyhop/whales/feeds/config';
import { prepareDatabase } from '../prepare-database';
import { type StackConfig, portsOf, readStackConfig } from './config';
import { ConsoleLog, isLogEntry } from './console-log';
import { NEEDED_TO_START_MIB, requireSpace, watchSpace } from './disk';
import type { StackFault } from './fault';
import { type FeedStatusSource, feedStatus, feedStatusQuery, firstTick } from './first-tick';
import { GROUPS, environmentOf } from './groups';
import { HEAP_FLAGS } from './heap-flags';
import { LogFile } from './log-file';
import { requirePorts } from './ports';
import { embeddedDatabaseUrl, ownDatabaseUrls, postgresUnit } from './postgres-unit';
import { ProcessUnit } from './process-unit';
import { provideRedis } from './redis-program';
import { requirePostgres, requireRedis } from './reachable';
import { embeddedRedisUrl, redisUnit } from './redis-unit';
import { lockRun } from './run-lock';
import { type Secrets, loadSecrets } from './secrets';
import { Supervisor, type Unit } from './supervisor';

const ROOT = resolve(__dirname, '../../..');
const MANIFEST = join(ROOT, 'web/src/generated/persisted-operations.json');
const RUN = resolve(__dirname, '../run.js');
const CONFIG_READERS = [
  readMarketConfig,
  readFeedConfig,
  readAnalyticsConfig,
  readUsersConfig,
  readWhalesConfig,
  readWhaleFeedConfig,
  readRouterConfig,
];

/** How long the processes of a killed launcher may take to end. */
const AFTER_CRASH_PATIENCE_MS = 15_000;
/** Where both publish what they sign with. */
const KEYS_PATH = '/.well-known/jwks.json';
const PATIENT_MS = 20_000;

/** The whole product on this machine: services, processes, and what keeps them alive. */
export class Stack {
  private readonly stopRequest = new AbortController();
  private readonly supervisor: Supervisor;
  private readonly closers: (() => unknown)[] = [];
  private processes: { unit: ProcessUnit; layer: number }[] = [];
  private fault: StackFault | undefined;

  constructor(
    private readonly env: NodeJS.ProcessEnv,
    private readonly say: (line: string) => void,
    private readonly startedAt: number,
  ) {
    this.supervisor = new Supervisor({
      say: (line) => this.say(`spyhop    │ ${line}`),
      giveUp: (fault) => this.fail(fault),
    });
  }

  /** Starts, runs until asked to stop, and stops. Resolves to the exit code; rejects if it cannot start. */
  async run(): Promise<number> {
    try {
      await this.start().catch((err: unknown) => {
        if (!this.stopRequest.signal.aborted) throw err;
      });
      if (!this.stopRequest.signal.aborted) await aborted(this.stopRequest.signal);
    } finally {
      await this.stop();
    }
    if (this.fault) throw this.fault;
    this.say('Stopped. Nothing is lost: `npm start` goes on from here.');
    return 0;
  }

  requestStop(): void {
    if (!this.stopRequest.signal.aborted) this.say('\nStopping …');
    this.stopRequest.abort();
  }

  /** Ends our processes this instant; the services end in order when we are gone. */
  kill(): void {
    for (const { unit } of this.processes) unit.kill();
  }

  private fail(fault: StackFault): void {
    this.fault ??= fault;
    this.stopRequest.abort();
  }

  private async start(): Promise<void> {
    const config = readStackConfig(this.env, CONFIG_READERS);
    const secrets = await this.claim(config);
    if (config.databaseUrl) await requirePostgres(config.databaseUrl);
    if (config.redisUrl) await requireRedis(config.redisUrl);
    const services = this.services(config, secrets);
    const env = this.processEnvironment(config, secrets);
    this.processes = this.processUnits(config, env);
    for (const { unit } of this.processes) unit.preload();
    await this.addAll(services.map((unit) => ({ unit, layer: 0 })));
    await prepareDatabase(this.ownerUrl(config, secrets), systemClock(), this.say);
    await this.addAll(this.processes);
    this.stopRequest.signal.throwIfAborted();
    await this.announce(config);
  }

  /** Makes sure that folder, disk and ports are ours. */
  private async claim(config: StackConfig): Promise<Secrets> {
    await mkdir(config.dataDir, { recursive: true });
    await requireSpace(config.dataDir, NEEDED_TO_START_MIB);
    const lock = await lockRun(config.dataDir);
    this.closers.push(() => lock.release());
    await requirePorts(portsOf(config), lock.afterCrash ? AFTER_CRASH_PATIENCE_MS : 0);
    this.closers.push(watchSpace(config.dataDir, (fault) => this.fail(fault)));
    return loadSecrets(config.dataDir);
  }

  private services(config: StackConfig, secrets: Secrets): Unit[] {
    const { dataDir } = config;
    const ports = portsOf(config);
    const units: Unit[] = [];
    const postgresPort = ports.get('PostgreSQL');
    if (postgresPort !== undefined) {
      const onLine = this.logTo(dataDir, 'postgres');
      units.push(postgresUnit({ dataDir, port: postgresPort, secrets, onLine, say: this.say }));
    }
    const redisPort = ports.get('Redis');
    if (redisPort !== undefined) {
      const program = provideRedis(this.env, this.say);
      const onLine = this.logTo(dataDir, 'redis');
      units.push(redisUnit({ program, dataDir, port: redisPort, secrets, onLine }));
    }
    return units;
  }

  private processEnvironment(config: StackConfig, secrets: Secrets): NodeJS.ProcessEnv {
    const ports = portsOf(config);
    const subgraph = (name: string): string =>
      `${name}=http://127.0.0.1:${ports.get(`${name} subgraph`)}/graphql`;
    const at = (process: string, path: string): string =>
      `http://127.0.0.1:${ports.get(process)}${path}`;
    return {
      ROUTER_SUPERGRAPH_FILE: join(ROOT, 'supergraph.graphql'),
      ROUTER_SUPERGRAPH_URLS: ['market', 'analytics', 'users', 'whales'].map(subgraph).join(','),
      ROUTER_CONFIG: join(ROOT, 'deploy/router.yaml'),
      ROUTER_IDENTITY_JWKS_URL: at('users admin', KEYS_PATH),
      IDENTITY_KEYS_URL: at('router admin', KEYS_PATH),
      ROUTER_WEB_FOLDER: join(ROOT, 'web/dist'),
      ROUTER_PERSISTED_MANIFEST: MANIFEST,
      ROUTER_IDENTITY_API_KEYS_URL: at('users admin', API_KEYS_PATH),
      ROUTER_IDENTITY_API_KEYS_SECRET: secrets.apiKeysSecret,
      ROUTER_AUTHORISATION_POLICIES_URL: at('users admin', POLICIES_PATH),
      ROUTER_AUTHORISATION_POLICIES_SECRET: secrets.apiKeysSecret,
      API_KEYS_SECRET: secrets.apiKeysSecret,
      SECRET_KEYS: secrets.secretKeys,
      ROUTER_IDENTITY_SIGNING_KEY: secrets.routerSigningKey,
      NODE_ENV: 'production',
      ...this.env,
      // Of the embedded database nobody but us gets the owner's.
      ...(!config.databaseUrl && ownDatabaseUrls(ports.get('PostgreSQL') ?? 0, secrets)),
      PORT: String(config.port),
      DATA_DIR: config.dataDir,
      REDIS_URL: config.redisUrl ?? embeddedRedisUrl(ports.get('Redis') ?? 0, secrets),
    };
  }

  /** The address at which the database is migrated. */
  private ownerUrl(config: StackConfig, secrets: Secrets): string {
    const port = portsOf(config).get('PostgreSQL') ?? 0;
    return config.databaseUrl ?? embeddedDatabaseUrl(port, secrets);
  }

  private processUnits(config: StackConfig, env: NodeJS.ProcessEnv): typeof this.processes {
    const consoleLog = new ConsoleLog(config.consoleLevel, this.say, systemClock);
    return GROUPS.map((group) => {
      const { name, layer, mains } = group;
      const toFile = this.logTo(config.dataDir, name);
      const onLine = (line: string, isUp: boolean): void => {
        toFile(line);
        if (isUp || isLogEntry(line)) consoleLog.take(name, line);
      };
      const args = [...HEAP_FLAGS, RUN, ...mains];
      const unit = new ProcessUnit({ name, args, env: environmentOf(group, env), onLine });
      return { unit, layer };
    });
  }

  private logTo(dataDir: string, name: string): (line: string) => void {
    const file = new LogFile(join(dataDir, 'logs', `${name}.log`));
    this.closers.push(() => file.close());
    return (line) => file.write(line);
  }

  /** Starts units side by side; all have come up or failed when it returns. */
  private async addAll(units: readonly { unit: Unit; layer: number }[]): Promise<void> {
    this.stopRequest.signal.throwIfAborted();
    const results = await Promise.allSettled(
      units.map(({ unit, layer }) => this.supervisor.add(unit, layer)),
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private async announce(config: StackConfig): Promise<void> {
    const isOverTls = Boolean(this.env.ROUTER_HTTP_TLS_CERT_FILE);
    const url = `${isOverTls ? 'https' : 'http'}://localhost:${config.port}`;
    this.say(`
Spyhop is up.
  Dashboard   ${url}
  API         ${url}/graphql
  Data, logs  ${relative(process.cwd(), config.dataDir) || '.'}
  Ctrl-C stops everything.
`);
    // Its certificate names the host that others know, not this way to it.
    if (isOverTls) return;
    const api = {
      url: `http://${reachable(this.env.HOST)}:${config.port}/graphql`,
      query: feedStatusQuery(MANIFEST),
    };
    const { signal } = this.stopRequest;
    const reminder = this.remind(api, signal);
    const { source, message } = await firstTick(api, this.startedAt, signal);
    reminder.abort();
    const seconds = ((systemClock() - this.startedAt) / 1000).toFixed(1);
    this.say(`First live tick after ${seconds} s (${source.toLowerCase()}): ${message}`);
  }

  /** Says what the feed says of itself when no price comes. */
  private remind(api: FeedStatusSource, signal: AbortSignal): AbortController {
    const done = new AbortController();
    const either = AbortSignal.any([signal, done.signal]);
    const tell = async (): Promise<void> => {
      await sleep(PATIENT_MS, undefined, { signal: either });
      const status = await feedStatus(api, either);
      this.say(`No tick yet: ${status?.message ?? 'the API does not answer'}`);
    };
    tell().catch(() => undefined);
    return done;
  }

  private async stop(): Promise<void> {
    await this.supervisor.stop();
    await Promise.all(this.processes.map(({ unit }) => unit.discard()));
    for (const close of this.closers.reverse()) await close();
  }
}

/** Where we reach what listens on an address. */
const reachable = (host: string | undefined): string =>
  !host || ['0.0.0.0', '::', 'localhost'].includes(host) ? '127.0.0.1' : host;

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
