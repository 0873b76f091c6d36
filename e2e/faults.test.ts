import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { Stack } from './stack';

describe('npm start', () => {
  it('names every fault of the configuration at once and exits with an error', async () => {
    const stack = await Stack.spawn({
      MARKET_SOURCE: 'replay',
      TICK_HZ: 'fast',
      DATABASE_URL: 'not a url',
    });
    expect(await stack.exited()).not.toBe(0);
    for (const variable of ['REPLAY_PATH', 'TICK_HZ', 'DATABASE_URL']) {
      expect(stack.output).toContain(variable);
    }
    expect(stack.output).not.toContain('at ');
    await stack.stop();
  });

  it('says which port is taken and exits with an error', async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
    const { port } = squatter.address() as AddressInfo;
    const stack = await Stack.spawn({ PORT: String(port), MARKET_SOURCE: 'simulated' });
    expect(await stack.exited()).not.toBe(0);
    expect(stack.output).toContain(String(port));
    await stack.stop();
    squatter.close();
  });
});
