import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { freePort } from '@spyhop/platform/testkit/ports';
import { until } from '@spyhop/platform/testkit/until';
import { Planning } from '../plan/planning';
import { Rig } from './kit';

let rig: Rig | undefined;
/** Everything that is planned in this process. */
let planned: ReturnType<typeof jest.spyOn>;

beforeEach(() => {
  planned = jest.spyOn(Planning.prototype, 'inThread');
});
afterEach(async () => {
  planned.mockRestore();
  await rig?.stop();
  rig = undefined;
});

/** Serves a supergraph without a field, and plans nothing to find out that it does. */
async function reload(at: Rig, field = 'coded'): Promise<void> {
  const sdl = await readFile(at.supergraphFile, 'utf8');
  await writeFile(at.supergraphFile, sdl.replace(new RegExp(`^ +${field}: Int .*$`, 'm'), ''));
  await until(async () => {
    const { errors } = (await at.ask(`{ ${field} }`)).body;
    return errors?.[0]?.extensions['code'] === 'GRAPHQL_VALIDATION_FAILED';
  });
  planned.mockClear();
}

async function askInParts(at: Rig, query: string, variables: object): Promise<string> {
  const response = await fetch(at.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'multipart/mixed;deferSpec=20220824, application/json',
    },
    body: JSON.stringify({ query, variables }),
  });
  return response.text();
}

describe('a new schema', () => {
  it('has planned what was asked for before, in parts or whole, for the same conditions', async () => {
    rig = await Rig.start();
    const query = `query ($rated: Boolean!) {
      product(id: "1") { name rating @include(if: $rated) ... @defer { maker { title } } }
    }`;
    const before = await askInParts(rig, query, { rated: true });
    expect(before).toContain('"hasNext":true');
    await rig.ask(query, { rated: false });
    await reload(rig);
    expect(await askInParts(rig, query, { rated: true })).toBe(before);
    await rig.ask(query, { rated: false });
    expect(planned).not.toHaveBeenCalled();
    await rig.ask('{ me { name } }');
    expect(planned).toHaveBeenCalledTimes(1);
  });

  it('has planned what streams follow, under their conditions, before it takes over', async () => {
    rig = await Rig.start();
    const stream = rig.subscribe(
      `subscription ($rated: Boolean!) {
        priceChanged(ids: ["1"]) { id rating @include(if: $rated) stock @skip(if: $rated) }
      }`,
      { rated: true },
    );
    await until(() => rig?.shop.listening === 1);
    const planned = jest.spyOn(Planning.prototype, 'atOnce');
    await reload(rig);
    rig.shop.prices.publish({ id: '1', price: 2 });
    await stream.received(1);
    expect(stream.data).toEqual([{ priceChanged: { id: '1', rating: 0.5 } }]);
    expect(planned).not.toHaveBeenCalled();
    planned.mockRestore();
  });

  it('has planned what is asked for most, whatever came since, through one reload after the other', async () => {
    rig = await Rig.start();
    const often = 'query Often { product(id: "1") { name rating } }';
    for (let times = 0; times < 8; times += 1) await rig.ask(often);
    for (const [field, gone] of [
      ['id', 'coded'],
      ['name', 'broken'],
    ]) {
      for (let index = 0; index < 110; index += 1) {
        await rig.ask(`query ${field}${index} { product(id: "2") { ${field} } }`);
      }
      await reload(rig, gone);
      await rig.ask('query name0 { product(id: "2") { name } }');
      await rig.ask('query id0 { product(id: "2") { id } }');
      expect(planned).toHaveBeenCalled();
      planned.mockClear();
      await rig.ask(often);
      expect(planned).not.toHaveBeenCalled();
    }
  });
});

describe('a router that starts', () => {
  it('is not ready before what is listed is planned', async () => {
    const bodies = Array.from(
      { length: 100 },
      (_, index) => `query Listed${index} { product(id: "${index}") { name rating } }`,
    );
    const folder = await mkdtemp(join(tmpdir(), 'router-test-'));
    const file = join(folder, 'manifest.json');
    const operations = bodies.map((body, index) => ({
      ...{ id: `listed-${index}`, name: `Listed${index}`, type: 'query', body },
    }));
    const format = 'apollo-persisted-query-manifest';
    await writeFile(file, JSON.stringify({ format, version: 1, operations }));
    const adminPort = await freePort();
    const seen: number[] = [];
    let isStarting = true;
    const starting = Rig.start({
      ROUTER_PERSISTED_MANIFEST: file,
      ROUTER_ADMIN_PORT: String(adminPort),
    }).finally(() => {
      isStarting = false;
    });
    while (isStarting) {
      const answer = await fetch(`http://127.0.0.1:${adminPort}/health/ready`).catch(() => null);
      if (answer) seen.push(answer.status);
    }
    rig = await starting;
    await rm(folder, { recursive: true });
    expect(seen[0]).toBe(503);
    expect((await fetch(`http://127.0.0.1:${adminPort}/health/ready`)).status).toBe(200);
    planned.mockClear();
    for (const body of bodies) await rig.ask(body);
    await fetch(rig.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: bodies[0], operationName: 'Listed0' }),
    });
    expect(planned).not.toHaveBeenCalled();
  });
});
