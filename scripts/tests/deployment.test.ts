import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LOGINS, roleOf } from '@spyhop/platform/own-database';
import { testDatabase } from '@spyhop/platform/testkit/database';
import { migrate } from '@spyhop/prisma/migrate';
import pg from 'pg';
import { parse } from 'yaml';
import { z } from 'zod';
import { prepareLogins } from '../prepare-logins';
import { PORT_OFFSETS } from '../stack/config';
import { GROUPS } from '../stack/groups';
import { HEAP_FLAGS } from '../stack/heap-flags';

const ROOT = resolve(__dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const service = z.object({
  image: z.string(),
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  volumes: z.array(z.string()).default([]),
});

const compose = z
  .object({ services: z.record(z.string(), service), volumes: z.record(z.string(), z.null()) })
  .parse(parse(read('docker-compose.yml'), { merge: true }));

const ours = Object.entries(compose.services).filter(([, { image }]) => image === 'spyhop');
const mainsOf = ({ command }: { command: string[] }): string[] =>
  command[0] === 'scripts/dist/run.js' ? command.slice(1) : [];

/** Where the source of a main module is. */
const sourceOf = (main: string): string =>
  main.replace('@spyhop/router/', 'router/').replace('@spyhop/', 'subgraphs/') + '.ts';

describe('docker-compose.yml', () => {
  it('starts exactly the mains that npm start does, each on its own', () => {
    const mains = ours.map(([, definition]) => mainsOf(definition)).filter(({ length }) => length);
    expect(mains.every(({ length }) => length === 1)).toBe(true);
    expect(mains.flat().sort()).toEqual(GROUPS.flatMap((group) => group.mains).sort());
    for (const main of mains.flat()) expect(existsSync(join(ROOT, sourceOf(main)))).toBe(true);
  });

  it('runs scripts that the build makes', () => {
    for (const [, { command, healthcheck }] of ours) {
      for (const word of [...command, ...(healthcheck?.test ?? [])]) {
        const script = /^scripts\/dist\/(.*)\.js$/.exec(word)?.[1];
        if (script) expect(existsSync(join(ROOT, 'scripts', `${script}.ts`))).toBe(true);
      }
    }
  });

  it('sets only variables that some process reads', () => {
    const readers = [
      'platform/environment.ts',
      'router/router.yaml',
      'router/config/keys.ts',
      'subgraphs/market/config.ts',
      'subgraphs/market/feeds/config.ts',
      'subgraphs/analytics/config.ts',
      'subgraphs/users/config.ts',
      'subgraphs/whales/config.ts',
      'subgraphs/whales/feeds/config.ts',
    ];
    const known = readers.map(read).join('\n');
    const set = ours.flatMap(([, { environment }]) => Object.keys(environment));
    const inImage = [...read('Dockerfile').matchAll(/^(?:ENV| {3}) ([A-Z_]+)=/gm)].map(
      ([, name]) => name ?? '',
    );
    expect(inImage.length).toBeGreaterThan(0);
    const unknown = [...set, ...inImage].filter((name) => !known.includes(name));
    expect(unknown).toEqual(['NODE_ENV']);
  });

  it('asks every long-running process for its health, at the port where it says so', () => {
    const adminPorts = Object.entries(PORT_OFFSETS)
      .filter(([name]) => name.endsWith('admin'))
      .map(([, offset]) => 4_000 + offset);
    const asked = ours
      .filter(([, definition]) => mainsOf(definition).length > 0)
      .map(([, { healthcheck }]) => Number(healthcheck?.test.at(-1)));
    expect(asked.sort()).toEqual(adminPorts.sort());
    expect(compose.services.postgres?.healthcheck).toBeDefined();
    expect(compose.services.redis?.healthcheck).toBeDefined();
  });

  it('waits for services and volumes that exist', () => {
    for (const { depends_on, volumes } of Object.values(compose.services)) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        const needed = compose.services[name];
        expect(needed).toBeDefined();
        if (condition === 'service_healthy') expect(needed?.healthcheck).toBeDefined();
      }
      const named = volumes
        .map((volume) => volume.split(':')[0] ?? '')
        .filter((v) => /^\w+$/.test(v));
      for (const volume of named) expect(Object.keys(compose.volumes)).toContain(volume);
    }
  });

  it('holds no password', () => {
    const text = read('docker-compose.yml');
    expect(text).not.toMatch(/PASSWORD: |:\/\/\w+:\w+@/);
  });
});

describe('the Dockerfile', () => {
  const dockerfile = read('Dockerfile');

  it('takes the built output of every package that the launcher uses', () => {
    const copied = [...dockerfile.matchAll(/^COPY --from=build \/app\/(\S+)\/dist /gm)].map(
      ([, folder]) => folder,
    );
    const references = z
      .object({ references: z.array(z.object({ path: z.string() })) })
      .parse(JSON.parse(read('tsconfig.json')));
    const packages = references.references.map(({ path }) => path);
    expect(copied.sort()).toEqual([...packages, 'web'].sort());
  });

  it('starts with a script that fills in the addresses of the compose file', () => {
    const script = join(ROOT, 'deploy/docker-entrypoint.sh');
    expect(dockerfile).toContain('ENTRYPOINT ["/app/deploy/docker-entrypoint.sh"]');
    expect(statSync(script).mode & 0o111).not.toBe(0);
    const env = { PATH: process.env.PATH, DATABASE_URL: 'postgresql://elsewhere/db' };
    const print = 'process.stdout.write(process.env.DATABASE_URL)';
    expect(execFileSync(script, ['-e', print], { env, encoding: 'utf8' })).toBe(env.DATABASE_URL);
  });

  describe('with the secrets of the compose file', () => {
    const made = /for name in ([^;]+);/.exec(read('docker-compose.yml'))?.[1]?.split(' ') ?? [];
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'spyhop-entrypoint-'));
      const keys = ['secret-keys', 'router-signing-key', 'api-keys-secret'];
      for (const name of [...made, ...keys]) writeFileSync(join(folder, name), `${name}!`);
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    /** What the process that a command starts is told of secrets. */
    const toldTo = (command: readonly string[], env: NodeJS.ProcessEnv = {}) => {
      const print = 'process.stdout.write(JSON.stringify(process.env))';
      const told = execFileSync(
        join(ROOT, 'deploy/docker-entrypoint.sh'),
        ['-e', print, '--', ...command],
        {
          env: { PATH: process.env.PATH, SECRETS_FOLDER: folder, ...env },
          encoding: 'utf8',
        },
      );
      const all = z.record(z.string(), z.string()).parse(JSON.parse(told));
      return Object.fromEntries(Object.entries(all).filter(([, value]) => value.includes('!')));
    };
    const at = (login: string, name = login.replace('spyhop_', '')): string =>
      `postgresql://${login}:${name}!@postgres:5432/spyhop`;
    const REDIS_URL = 'redis://:redis!@redis:6379';
    const usersKeys = { SECRET_KEYS: 'secret-keys!', API_KEYS_SECRET: 'api-keys-secret!' };
    const market = { REDIS_URL, MARKET_DATABASE_URL: at('spyhop_market') };
    const told: Record<string, Record<string, string>> = {
      '@spyhop/market/main': market,
      '@spyhop/market/feeds/main': market,
      '@spyhop/analytics/main': { REDIS_URL, ANALYTICS_DATABASE_URL: at('spyhop_analytics') },
      '@spyhop/users/main': {
        ...{ REDIS_URL, ...usersKeys, USERS_DATABASE_URL: at('spyhop_users') },
        USERS_SYSTEM_DATABASE_URL: at('spyhop_users_system'),
      },
      '@spyhop/whales/main': {
        ...{ REDIS_URL, WHALES_DATABASE_URL: at('spyhop_whales') },
        WHALES_SYSTEM_DATABASE_URL: at('spyhop_whales_system'),
      },
      '@spyhop/whales/feeds/main': { REDIS_URL },
      '@spyhop/router/main': {
        ...{ REDIS_URL, ROUTER_IDENTITY_SIGNING_KEY: 'router-signing-key!' },
        ROUTER_IDENTITY_API_KEYS_SECRET: 'api-keys-secret!',
        ROUTER_AUTHORISATION_POLICIES_SECRET: 'api-keys-secret!',
      },
    };

    it('gives each process its own logins and keys and no others', () => {
      const mains = ours.flatMap(([, definition]) => mainsOf(definition));
      expect(Object.keys(told).sort()).toEqual([...mains].sort());
      for (const [main, secrets] of Object.entries(told)) {
        expect([main, toldTo(['scripts/dist/run.js', main])]).toEqual([main, secrets]);
      }
    });

    it('gives the owner’s login to who prepares and administers the database', () => {
      const owner = { REDIS_URL, ...usersKeys, DATABASE_URL: at('spyhop', 'postgres') };
      expect(toldTo(['scripts/dist/prepare.js'])).toEqual(owner);
      expect(toldTo(['scripts/dist/users.js', 'reseal'])).toEqual(owner);
    });

    it('gives no login to who has a database of another place', () => {
      const env = { DATABASE_URL: 'postgresql://me:!@elsewhere/db' };
      expect(toldTo(['scripts/dist/run.js', '@spyhop/market/main'], env)).toEqual({
        ...env,
        REDIS_URL,
      });
    });

    it('has passwords for the owner, Redis and every login', () => {
      expect([...made].sort()).toEqual(['postgres', 'redis', ...LOGINS].sort());
      expect(compose.services.prepare?.command).toEqual(['scripts/dist/prepare.js', '/run/spyhop']);
    });
  });

  it('gives every process the heap flags that the launcher gives them', () => {
    const script = join(ROOT, 'deploy/docker-entrypoint.sh');
    const print = 'process.stdout.write(JSON.stringify(process.execArgv))';
    const flags: unknown = JSON.parse(execFileSync(script, ['-e', print], { encoding: 'utf8' }));
    expect(flags).toEqual([...HEAP_FLAGS, '-e', print]);
  });
});

describe('who prepares the database', () => {
  it('lets each login in with its password, to its own schema', async () => {
    const database = await testDatabase(migrate);
    try {
      const passwords = new Map(LOGINS.map((login) => [login, randomUUID()]));
      await prepareLogins(database.url, async (login) => passwords.get(login) ?? '');
      for (const login of LOGINS) {
        const url = new URL(database.url);
        [url.username, url.password] = [roleOf(login), passwords.get(login) ?? ''];
        const client = new pg.Client({ connectionString: url.href });
        await client.connect();
        const { rows } = await client
          .query<{ me: string; own: boolean; foreign: boolean }>(
            `SELECT session_user AS me, has_schema_privilege($1, 'USAGE') AS own,
               has_schema_privilege($2, 'USAGE') AS foreign`,
            [
              login === 'whales_system' ? 'row_owner' : login.replace('_system', ''),
              login === 'market' ? 'users' : 'market',
            ],
          )
          .finally(() => client.end());
        expect(rows).toEqual([{ me: roleOf(login), own: true, foreign: false }]);
      }
    } finally {
      const owner = new pg.Client({ connectionString: database.url });
      await owner.connect();
      for (const login of LOGINS) await owner.query(`ALTER ROLE ${roleOf(login)} NOLOGIN`);
      await owner.end();
      await database.drop();
    }
  });
});

describe('continuous integration', () => {
  it('runs what the README tells people to run, here and on GitHub', () => {
    expect(read('.ci/run')).toMatch(/npm test/);
    expect(statSync(join(ROOT, '.ci/run')).mode & 0o111).not.toBe(0);
    const workflow = z
      .object({ jobs: z.object({ test: z.object({ steps: z.array(z.looseObject({})) }) }) })
      .parse(parse(read('.github/workflows/ci.yml')));
    expect(workflow.jobs.test.steps.at(-1)).toEqual({ run: '.ci/run' });
  });
});
