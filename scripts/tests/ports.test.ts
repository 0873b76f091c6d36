import { type Server, createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { freePort } from '@spyhop/platform/testkit/ports';
import { requirePorts } from '../stack/ports';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function occupy(): Promise<{ port: number; server: Server }> {
  const port = await freePort();
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { port, server };
}

describe('the ports of the stack', () => {
  it('are fine when nobody listens on them', async () => {
    await expect(requirePorts(new Map([['Redis', await freePort()]]), 0)).resolves.toBeUndefined();
  });

  it('that are taken are all named, with a PORT where the stack would fit', async () => {
    const [first, second] = [await occupy(), await occupy()];
    const ports = new Map([
      ['dashboard and API', first.port],
      ['Redis', second.port],
    ]);
    await expect(requirePorts(ports, 0)).rejects.toThrow(
      new RegExp(
        `^port ${first.port} \\(dashboard and API\\), ${second.port} \\(Redis\\) are taken: .* PORT=\\d+ npm start$`,
      ),
    );
  });

  it('are waited for while the processes of a crashed run end', async () => {
    const { port, server } = await occupy();
    const waiting = requirePorts(new Map([['Redis', port]]), 10_000);
    server.close();
    await expect(waiting).resolves.toBeUndefined();
  });
});
