import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
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

  it('gives every process the heap flags that the launcher gives them', () => {
    const script = join(ROOT, 'deploy/docker-entrypoint.sh');
    const print = 'process.stdout.write(JSON.stringify(process.execArgv))';
    const flags: unknown = JSON.parse(execFileSync(script, ['-e', print], { encoding: 'utf8' }));
    expect(flags).toEqual([...HEAP_FLAGS, '-e', print]);
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
