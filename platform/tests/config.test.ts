import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ConfigError, readConfig } from '../config';

const Settings = z.object({
  PORT: z.coerce.number().int().min(1).max(65_535).default(4000),
  DATABASE_URL: z.url(),
  TICK_HZ: z.coerce.number().positive().default(10),
});

describe('configuration', () => {
  it('fills in defaults, and treats an empty variable as unset', () => {
    expect(readConfig(Settings, { DATABASE_URL: 'postgresql://localhost/x', PORT: '' })).toEqual({
      PORT: 4000,
      DATABASE_URL: 'postgresql://localhost/x',
      TICK_HZ: 10,
    });
  });

  it('names every fault at once, with its variable', () => {
    const read = () => readConfig(Settings, { PORT: '99999', TICK_HZ: 'fast' });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/3 fault.*PORT.*DATABASE_URL.*TICK_HZ/s);
  });
});
