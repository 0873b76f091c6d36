import { describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig } from '@spyhop/platform/config';
import { z } from 'zod';
import { portsOf, readStackConfig } from '../stack/config';

const faultsOf = (work: () => unknown): string[] => {
  try {
    work();
  } catch (err) {
    if (err instanceof ConfigError) return err.faults;
  }
  return [];
};

describe('the configuration of the stack', () => {
  it('names all faults at once, those of the processes too, each only once', () => {
    const processes = (env: Readonly<Record<string, string | undefined>>): unknown =>
      readConfig(
        z.object({
          TICK_HZ: z.coerce.number().max(100, 'must be 100 or less'),
          LOG_LEVEL: z.enum(['info'], 'must be one of info'),
        }),
        env,
      );
    const env = {
      PORT: '70000',
      DATABASE_URL: 'mysql://somewhere',
      REDIS_URL: 'not a url',
      LOG_LEVEL: 'loud',
      REPLAY_PATH: '/nowhere/at/all',
      TICK_HZ: '1000',
    };
    const faults = faultsOf(() => readStackConfig(env, [processes, processes]));
    expect(faults.map((fault) => fault.split(':')[0])).toEqual([
      'PORT',
      'DATABASE_URL',
      'REDIS_URL',
      'LOG_LEVEL',
      'REPLAY_PATH',
      'TICK_HZ',
    ]);
    expect(faults.join('\n')).toContain('must be an address like postgresql://');
  });

  it('does not ask for the addresses that the launcher provides', () => {
    const needsServices = (env: Readonly<Record<string, string | undefined>>): unknown =>
      readConfig(z.object({ DATABASE_URL: z.url(), REDIS_URL: z.url() }), env);
    expect(readStackConfig({}, [needsServices])).toMatchObject({
      port: 4000,
      databaseUrl: undefined,
      consoleLevel: 'warn',
    });
  });

  it('moves every port and the data with PORT alone', () => {
    const first = readStackConfig({}, []);
    const second = readStackConfig({ PORT: '5000' }, []);
    expect([...portsOf(second).values()]).toEqual(
      [...portsOf(first).values()].map((port) => port + 1000),
    );
    expect(second.dataDir).toMatch(/\.spyhop\/5000$/);
  });

  it('needs no port for services that run elsewhere', () => {
    const config = readStackConfig({ DATABASE_URL: 'postgres://a/b', REDIS_URL: 'redis://c' }, []);
    expect([...portsOf(config).keys()]).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/PostgreSQL|Redis/)]),
    );
  });
});
