import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { freePort } from '../testkit/ports';

describe('a free port', () => {
  it('is given once, also to many who ask at the same time', async () => {
    const ports = await Promise.all(Array.from({ length: 50 }, freePort));
    expect(new Set(ports).size).toBe(50);
  });

  it('is not one that somebody listens on', async () => {
    const port = await freePort();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    // More than there are in a block: they come round.
    for (let asked = 0; asked < 150; asked += 1) expect(await freePort()).not.toBe(port);
    await new Promise((resolve) => server.close(resolve));
  });
});
