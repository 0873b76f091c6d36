import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { getIntrospectionQuery, parse } from 'graphql';
import { pino } from 'pino';
import { start as startRouter } from '../../main';
import { normalText } from '../../guard/manifest';
import { Safelist } from '../../guard/safelist';
import { Planning } from '../../plan/planning';
import { Rig } from '../kit';
import { byHash, codeOf, hashOf, persistedQuery, post, register } from './asking';
import { ManifestFile, manifestBy, manifestOf } from './manifest';

const NAME =
  'query Name($id: ID!) {\n  product(id: $id) {\n    ...Named\n  }\n}\n\nfragment Named on Product {\n  name\n}';
const RENAME = 'mutation Rename { rename(id: "2", name: "Chair") { name } }';
const COUNTED = 'subscription Counted { counted(to: 1) }';
const UNLISTED = 'query Me { me { name } }';
const REFUSED = 'QUERY_NOT_IN_SAFELIST';
const variables = { id: '1' };
const LAMP = { data: { product: { name: 'Lamp' } } };

let file: ManifestFile;
beforeAll(async () => {
  file = await ManifestFile.with(manifestOf(NAME, RENAME, COUNTED));
});
afterAll(() => file.remove());

const start = (settings: NodeJS.ProcessEnv): Promise<Rig> =>
  Rig.start({ ROUTER_PERSISTED_MANIFEST: file.path, ...settings });

describe('a list that is enforced', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await start({ ROUTER_PERSISTED_SAFELIST: 'enforce' });
  });
  afterAll(() => rig.stop());

  it('serves what is on it, by text and by hash, before anybody has sent it', async () => {
    expect((await byHash(rig, NAME, { variables })).body).toEqual(LAMP);
    expect((await rig.ask(NAME, variables)).body).toEqual(LAMP);
    expect((await register(rig, NAME, { variables })).body).toEqual(LAMP);
    expect((await byHash(rig, RENAME)).body).toEqual({ data: { rename: { name: 'Chair' } } });
  });

  it('does not mind layout, comments and the order of definitions', async () => {
    const [query = '', fragment = ''] = NAME.split('\n\n');
    const written = `# mine\n${fragment.replace(/\s+/g, ' ')}, ${query.replace(/\s+/g, '\n\t')}`;
    expect((await rig.ask(written, variables)).body).toEqual(LAMP);
    expect((await register(rig, written, { variables })).body).toEqual(LAMP);
    expect((await byHash(rig, written, { variables })).body).toEqual(LAMP);
  });

  it.each([
    { what: 'anything else', query: UNLISTED },
    { what: 'a part of it', query: 'query Name($id: ID!) { product(id: $id) { name } }' },
    { what: 'more of it', query: NAME.replace('name', 'name price') },
    { what: 'it under another name', query: NAME.replace('query Name', 'query Other') },
    { what: 'it beside something', query: `${NAME} ${UNLISTED}` },
    { what: 'introspection', query: getIntrospectionQuery() },
    { what: 'a sign of life', query: '{ __typename }' },
    { what: 'a suggestion for what is misspelt', query: '{ prodct { id } }' },
    { what: 'an explanation for what does not parse', query: '{ product' },
    { what: 'a bomb', query: `{ ${'a '.repeat(20_000)}}` },
    { what: 'nothing', query: ' ' },
  ])('refuses $what', async ({ query }) => {
    const answer = await rig.ask(query, variables);
    expect(answer.status).toBe(403);
    expect(answer.body.errors).toHaveLength(1);
    expect(codeOf(answer)).toBe(REFUSED);
    expect(JSON.stringify(answer.body)).not.toContain('product');
  });

  it('lets nobody register anything else', async () => {
    expect(codeOf(await register(rig, UNLISTED))).toBe(REFUSED);
    expect(codeOf(await byHash(rig, UNLISTED))).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  it('holds by GET, in batches and for streams', async () => {
    const preflighted = { 'apollo-require-preflight': '1' };
    const got = await fetch(`${rig.url}?query=${encodeURIComponent(UNLISTED)}`, {
      headers: preflighted,
    });
    expect(got.status).toBe(403);
    const { body } = await post(rig, [{ query: UNLISTED }, { query: NAME, variables }]);
    expect(body).toMatchObject([{ errors: [{ extensions: { code: REFUSED } }] }, LAMP]);
    const client = rig.client();
    const counted = client.iterate({ query: '', ...persistedQuery(hashOf(COUNTED)) });
    expect((await counted.next()).value).toEqual({ data: { counted: 1 } });
    const other = client.iterate({ query: COUNTED.replace('1', '2') });
    await expect(other.next()).rejects.toMatchObject([{ extensions: { code: REFUSED } }]);
    const events = await fetch(rig.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: UNLISTED }),
    });
    expect(await events.text()).toContain(REFUSED);
  });
});

describe('a list that is only watched', () => {
  it('serves everything, and counts what is not on it', async () => {
    const rig = await start({ ROUTER_PERSISTED_SAFELIST: 'log' });
    const unlisted = () => rig.metric('router_persisted_operations_total', { outcome: 'unlisted' });
    expect((await rig.ask(NAME, variables)).body).toEqual(LAMP);
    expect(await unlisted()).toBe(0);
    expect((await rig.ask(UNLISTED)).body.data).toEqual({ me: { name: 'Ann' } });
    expect(codeOf(await rig.ask('{ prodct { id } }'))).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(await unlisted()).toBe(2);
    await rig.stop();
  });

  it('logs the name of what is not on it, once in an hour, and nothing else of it', () => {
    const lines: string[] = [];
    const limits = {
      tokens: 100,
      directives: 100,
      depth: 100,
      height: 100,
      aliases: 100,
      rootFields: 100,
      introspectionFields: 100,
    };
    const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
    const list = new Safelist({ mode: 'log', limits, onUnlisted: () => undefined, log });
    list.use({
      operations: [],
      texts: new Map(),
      exact: new Set(),
      normal: new Set([normalText(parse('query Listed { a }'))]),
    });
    const long = 'L'.repeat(1_000);
    const asked = ['query Listed{a}', 'query One{secret}', 'query One{b}', '{ c }', 'no(', '{ d }'];
    for (const text of [...asked, `query ${long}{a}`]) list.check(text);
    const logged = lines.map((line) => (JSON.parse(line) as { operation: string }).operation);
    expect(logged).toEqual(['One', 'unnamed', 'L'.repeat(128)]);
    expect(lines.join('')).not.toContain('secret');
  });
});

describe('a list that is off', () => {
  it('lets everything through, and knows its operations by their ids, whatever those are', async () => {
    const own = await ManifestFile.with(manifestBy({ 'app-1/name': NAME }));
    const settings = { ROUTER_PERSISTED_MANIFEST: own.path, ROUTER_PERSISTED_AUTOMATIC: 'false' };
    const rig = await Rig.start(settings);
    const byId = { ...persistedQuery('app-1/name'), variables };
    expect((await post(rig, byId)).body).toEqual(LAMP);
    expect((await post(rig, { query: NAME, ...byId })).body).toEqual(LAMP);
    expect((await rig.ask(UNLISTED)).body.data).toEqual({ me: { name: 'Ann' } });
    expect(codeOf(await byHash(rig, NAME))).toBe('PERSISTED_QUERY_NOT_SUPPORTED');
    await rig.stop();
    await own.remove();
  });
});

describe('a manifest', () => {
  it('is planned before anybody asks', async () => {
    const plan = jest.spyOn(Planning.prototype, 'inThread');
    const rig = await start({});
    const planned = plan.mock.calls.length;
    const asked = { ...persistedQuery(hashOf(NAME)), variables, operationName: 'Name' };
    expect((await post(rig, asked)).body).toEqual(LAMP);
    expect(plan).toHaveBeenCalledTimes(planned);
    await rig.ask(UNLISTED);
    expect(plan).toHaveBeenCalledTimes(planned + 1);
    plan.mockRestore();
    await rig.stop();
  });
});

describe('a manifest that changes', () => {
  it('is used without a restart where it is sound, and otherwise the former is', async () => {
    const own = await ManifestFile.with(manifestOf(NAME));
    const rig = await Rig.start({
      ROUTER_PERSISTED_MANIFEST: own.path,
      ROUTER_PERSISTED_SAFELIST: 'enforce',
    });
    const isServed = async (text: string): Promise<boolean> =>
      codeOf(await rig.ask(text, variables)) === undefined;
    expect([await isServed(NAME), await isServed(UNLISTED)]).toEqual([true, false]);
    await own.write(manifestOf(UNLISTED));
    await until(() => isServed(UNLISTED));
    expect(await isServed(NAME)).toBe(false);
    for (const unsound of ['{', '{}', manifestOf(NAME, '{ broken')]) {
      await own.write(unsound);
      const end = Date.now() + 1_500;
      while (Date.now() < end) expect(await isServed(UNLISTED)).toBe(true);
    }
    await own.write(manifestOf(NAME, UNLISTED));
    await until(() => isServed(NAME));
    await rig.stop();
    await own.remove();
  });
});

describe('a router with a manifest that is none', () => {
  const starting = (settings: NodeJS.ProcessEnv) =>
    startRouter({
      ROUTER_SUPERGRAPH_FILE: '/nowhere.graphql',
      PORT: '0',
      ROUTER_ADMIN_PORT: '0',
      LOG_LEVEL: 'silent',
      ...settings,
    });
  const twice = JSON.parse(manifestBy({ a: '{ me { id } }' })) as { operations: unknown[] };
  it.each([
    { what: 'is not JSON', text: 'no', fault: 'not valid JSON' },
    { what: 'has another format', text: '{"a":"{ me { id } }"}', fault: 'format' },
    { what: 'has broken operations', text: manifestOf('query Me {'), fault: 'Me: Syntax Error' },
    {
      what: 'has two operations of one id',
      text: JSON.stringify({ ...twice, operations: [...twice.operations, ...twice.operations] }),
      fault: 'two operations have the id a',
    },
  ])('does not start where it $what', async ({ text, fault }) => {
    const own = await ManifestFile.with(text);
    await expect(starting({ ROUTER_PERSISTED_MANIFEST: own.path })).rejects.toThrow(fault);
    await own.remove();
  });

  it('does not start where there is none, or none is named that should be enforced', async () => {
    await expect(starting({ ROUTER_PERSISTED_MANIFEST: '/nowhere.json' })).rejects.toThrow(
      '/nowhere.json',
    );
    await expect(starting({ ROUTER_PERSISTED_SAFELIST: 'enforce' })).rejects.toThrow(
      'persisted.manifest (or ROUTER_PERSISTED_MANIFEST): must name the list',
    );
  });
});
