import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import WebSocket from 'ws';
import { Rig } from './kit';
import { Office } from './office';

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

describe('a router whose sandbox is for some roles', () => {
  let office: Office;
  let port: number;

  beforeAll(async () => {
    office = await Office.open();
    port = await office.route({
      ROUTER_WEB_SANDBOX: 'roles',
      ROUTER_WEB_SANDBOX_ROLES: 'developer,admin',
    });
  });
  afterAll(() => office.close());

  const open = (path: string, headers: HeadersInit = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers: { ...BROWSER, ...headers } });
  const as = async (role: string): Promise<HeadersInit> => ({
    authorization: `Bearer ${await office.token('ann', { roles: [role] })}`,
  });

  it.each(['/graphql', '/graphiql'])(
    'gives them the page at %s, kept by no cache of others',
    async (path) => {
      const page = await open(path, await as('developer'));
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toContain('text/html');
      expect(page.headers.get('cache-control')).toMatch(/^private/);
      expect(await page.text()).toContain('GraphiQL');
    },
  );

  it.each(['/graphql', '/graphiql'])('tells others why they get none at %s', async (path) => {
    const [nobody, reader] = [await open(path), await open(path, await as('reader'))];
    expect([nobody.status, reader.status]).toEqual([401, 403]);
    expect(await nobody.json()).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
    expect(await reader.json()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  });

  it('serves them the API all the same', async () => {
    const url = new URL(`http://127.0.0.1:${port}/graphql`);
    url.searchParams.set('query', '{ motto }');
    const headers = { accept: 'application/json', 'apollo-require-preflight': '1' };
    const answer = await fetch(url, { headers });
    expect(await answer.json()).toEqual({ data: { motto: 'Onwards' } });
  });

  it('is not used from Apollo Studio, whose pages send no token with what they ask first', async () => {
    const preflight = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'OPTIONS',
      headers: { origin: STUDIO, 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });
});
