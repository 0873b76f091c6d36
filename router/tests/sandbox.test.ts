import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import WebSocket from 'ws';
import { Rig } from './kit';

const STUDIO = 'https://studio.apollographql.com';
const BROWSER = { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' };

let rig: Rig;

beforeAll(async () => {
  rig = await Rig.start({
    ROUTER_WEB_SANDBOX: 'nobody',
    ROUTER_WEB_ORIGINS: 'https://app.example',
  });
});
afterAll(() => rig.stop());

const allowedTo = async (origin: string): Promise<string | null> => {
  const { headers } = await rig.ask('{ product(id: "1") { name } }', {}, { origin });
  return headers.get('access-control-allow-origin');
};

describe('a router whose sandbox is for nobody', () => {
  it('gives a browser no page, and the API to its clients', async () => {
    for (const path of ['/graphql', '/graphiql', '/']) {
      const response = await fetch(`http://127.0.0.1:${rig.port}${path}`, { headers: BROWSER });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.headers.get('content-type')).toContain('json');
      expect(await response.text()).not.toContain('<html');
    }
    const { body } = await rig.ask('{ product(id: "1") { name } }');
    expect(body).toEqual({ data: { product: { name: 'Lamp' } } });
  });

  it('is not used from Apollo Studio, but from the pages that are listed', async () => {
    expect(await allowedTo(STUDIO)).toBeNull();
    expect(await allowedTo('https://app.example')).toBe('https://app.example');
    const socket = new WebSocket(rig.socketUrl, 'graphql-transport-ws', { origin: STUDIO });
    const refused = new Promise((resolve) => socket.once('error', resolve));
    expect(String(await refused)).toContain('403');
  });
});
