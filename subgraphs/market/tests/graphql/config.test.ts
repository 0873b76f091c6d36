import { describe, expect, it } from '@jest/globals';
import { readMarketConfig } from '../../config';

const SERVICES = { DATABASE_URL: 'postgresql://127.0.0.1/spyhop', REDIS_URL: 'redis://127.0.0.1' };

describe('the configuration of the market subgraph', () => {
  it('follows PORT, so that it alone moves the stack', () => {
    expect(readMarketConfig({ ...SERVICES, PORT: '5000' })).toMatchObject({
      port: 5_001,
      adminPort: 5_011,
    });
    const moved = { ...SERVICES, PORT: '5000', MARKET_PORT: '7000' };
    expect(readMarketConfig(moved)).toMatchObject({ port: 7_000, adminPort: 5_011 });
  });

  it('takes live for the expected source of `auto`', () => {
    expect(readMarketConfig(SERVICES).feed.expected).toBe('LIVE');
    const simulated = { ...SERVICES, MARKET_SOURCE: 'simulated' };
    expect(readMarketConfig(simulated).feed.expected).toBe('SIMULATED');
  });

  it('names all faults at once', () => {
    const wrong = {
      PORT: '70000',
      REDIS_URL: 'http://x',
      MARKET_SOURCE: 'real',
      FEED_STALE_MS: '1',
    };
    expect(() => readMarketConfig(wrong)).toThrow(
      /PORT: must be 0 to 65535[^]*DATABASE_URL: must be an address[^]*REDIS_URL: [^]*MARKET_SOURCE: must be one of auto, live[^]*FEED_STALE_MS: must be at least 1000/,
    );
  });
});
