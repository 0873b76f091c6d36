import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { UnsecuredJWT } from 'jose';
import { AUDIENCE, ISSUER, newKey } from './guard/issuer';
import type { Answer } from './kit';
import { Office } from './office';

const STAFF = '{ motto staff { name email salary } }';
const EVERYTHING = { name: 'Ann', email: 'ann@example.org', salary: 4_200 };
const RESPONSE_TYPE = 'application/graphql-response+json';

let office: Office;
let port: number;

beforeAll(async () => {
  office = await Office.open();
  port = await office.route();
});
afterAll(() => office.close());
beforeEach(() => {
  office.heard = [];
  office.gate = Promise.resolve();
});

const ask = (query: string, headers: HeadersInit = {}, at = port): Promise<Answer> =>
  askAt(`http://127.0.0.1:${at}/graphql`, query, headers);

async function askAt(url: string, query: string, headers: HeadersInit): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: RESPONSE_TYPE, ...headers },
    body: JSON.stringify({ query }),
  });
  const body = (await response.json()) as Answer['body'];
  return { status: response.status, headers: response.headers, body };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const as = async (...token: Parameters<Office['token']>) => bearer(await office.token(...token));

const refusalsOf = ({ body }: Answer) =>
  body.errors?.map(({ path, extensions }) => [path?.join('.'), extensions['code']]);

describe('an operation with protected fields', () => {
  it('gives somebody who is not signed in the public ones, and asks subgraphs for no others', async () => {
    const answer = await ask(STAFF);
    expect(answer.status).toBe(200);
    expect(answer.body.data).toEqual({
      motto: 'Onwards',
      staff: [{ name: 'Ann', email: null, salary: null }],
    });
    expect(refusalsOf(answer)).toEqual([
      ['staff.email', 'UNAUTHENTICATED'],
      ['staff.salary', 'UNAUTHENTICATED'],
    ]);
    expect(office.heard.map(({ subgraph }) => subgraph)).toEqual(['people']);
    expect(office.heard[0]?.query).not.toContain('email');
  });

  it('gives a token with the scope all of them', async () => {
    const answer = await ask(STAFF, await as('ann', { scope: 'openid payroll:read' }));
    expect(answer.body).toEqual({ data: { motto: 'Onwards', staff: [EVERYTHING] } });
  });

  it('gives a token without the scope what needs none, and says which it lacks', async () => {
    const answer = await ask(STAFF, await as('ann', { scope: 'payroll' }));
    expect(answer.body.data?.['staff']).toEqual([{ ...EVERYTHING, salary: null }]);
    expect(refusalsOf(answer)).toEqual([['staff.salary', 'FORBIDDEN']]);
    expect(answer.body.errors?.[0]?.message).toContain('payroll:read');
    expect(office.heard.map(({ subgraph }) => subgraph)).toEqual(['people']);
  });

  it('gives nobody what hangs on a policy, while nothing says that one holds', async () => {
    const answer = await ask('{ staff { name review } }', await as('ann', { scope: 'is_manager' }));
    expect(answer.body.data?.['staff']).toEqual([{ name: 'Ann', review: null }]);
    expect(refusalsOf(answer)).toEqual([['staff.review', 'FORBIDDEN']]);
  });

  it('gives an API key what its owner may use', async () => {
    const answer = await ask(STAFF, { 'x-api-key': 'clerk' });
    expect(answer.body).toEqual({ data: { motto: 'Onwards', staff: [EVERYTHING] } });
    expect(office.heard.map(({ identity }) => identity?.subject)).toEqual(['robot', 'robot']);
  });
});

describe('an operation of which nothing is permitted', () => {
  it.each([
    ['{ phone }', {}, 401, 'UNAUTHENTICATED', 'phone'],
    ['mutation { hire(name: "Bob") { id } }', {}, 401, 'UNAUTHENTICATED', 'hire'],
    ['mutation { hire(name: "Bob") { id } }', { scope: 'x' }, 403, 'FORBIDDEN', 'hire'],
  ])('is not executed: %s %j %d', async (query, claims, status, code, path) => {
    const answer = await ask(query, 'scope' in claims ? await as('ann', claims) : {});
    expect(answer.status).toBe(status);
    expect(answer.body.data).toBeNull();
    expect(refusalsOf(answer)).toEqual([[path, code]]);
    expect(office.heard).toEqual([]);
  });
});

describe('credentials that are not accepted', () => {
  const unsigned = (): string =>
    new UnsecuredJWT({ scope: 'payroll:read' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject('ann')
      .setExpirationTime('1 minute')
      .encode();

  it.each<[string, () => Promise<HeadersInit>]>([
    ['nonsense', async () => bearer('nonsense')],
    ['a token without a signature', async () => bearer(unsigned())],
    ['a token that is over', () => as('ann', {}, { seconds: -1 })],
    [
      "a token that somebody else's key signed",
      async () => as('ann', {}, { by: await newKey('i', 'EdDSA') }),
    ],
    ['a token of another issuer', () => as('ann', { iss: 'https://elsewhere.example' })],
    ['a token for another audience', () => as('ann', { aud: 'https://elsewhere.example' })],
    ["an API key that is nobody's", async () => ({ 'x-api-key': 'bad' })],
  ])('are refused, also where none are needed: %s', async (_, headers) => {
    const answer = await ask('{ motto }', await headers());
    expect(answer.status).toBe(401);
    expect(answer.body).not.toHaveProperty('data');
    expect(refusalsOf(answer)).toEqual([[undefined, 'UNAUTHENTICATED']]);
    expect(office.heard).toEqual([]);
  });
});

describe('a router that is set to', () => {
  it('refuse executes nothing of an operation with a field that may not be used', async () => {
    const strict = await office.route({ ROUTER_AUTHORISATION_UNAUTHORISED: 'refuse' });
    const answer = await ask(STAFF, await as('ann'), strict);
    expect(answer.status).toBe(403);
    expect(answer.body.data).toBeNull();
    expect(refusalsOf(answer)).toEqual([['staff.salary', 'FORBIDDEN']]);
    expect(office.heard).toEqual([]);
    const permitted = await ask('{ staff { email } }', await as('ann'), strict);
    expect(permitted.body).toEqual({ data: { staff: [{ email: 'ann@example.org' }] } });
  });

  it('show its schema to some roles shows it to nobody else', async () => {
    const shy = await office.route({
      ROUTER_AUTHORISATION_INTROSPECTION: 'roles',
      ROUTER_AUTHORISATION_INTROSPECTION_ROLES: 'developer,admin',
    });
    const introspection = '{ __schema { queryType { name } } }';
    const anonymous = await ask(introspection, {}, shy);
    expect([anonymous.status, refusalsOf(anonymous)]).toEqual([
      401,
      [[undefined, 'UNAUTHENTICATED']],
    ]);
    const reader = await ask(introspection, await as('ann', { roles: ['reader'] }), shy);
    expect([reader.status, refusalsOf(reader)]).toEqual([403, [[undefined, 'FORBIDDEN']]]);
    const admin = await ask(introspection, await as('ann', { roles: ['admin'] }), shy);
    expect(admin.body).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } });
    expect((await ask('{ __typename motto }', {}, shy)).body.data).toEqual({
      __typename: 'Query',
      motto: 'Onwards',
    });
    const [guess] = (await ask('{ mott }', {}, shy)).body.errors ?? [];
    expect(guess?.message).toBe('Cannot query field "mott" on type "Query".');
  });
});

describe('a subgraph', () => {
  const boss = {
    subject: 'boss',
    scopes: new Set(['payroll:read']),
    roles: new Set<string>(),
    claims: {},
    expiresAt: null,
  };

  it("is told who asks, with the router's signature", async () => {
    await ask(STAFF, await as('ann', { scope: 'payroll:read a', roles: ['clerk'] }));
    expect(office.heard).toHaveLength(2);
    for (const { identity } of office.heard) {
      expect(identity).toMatchObject({
        subject: 'ann',
        scopes: new Set(['payroll:read', 'a']),
        roles: new Set(['clerk']),
      });
    }
  });

  it('is told that nobody asks, whoever does, where nothing of the operation is protected', async () => {
    await ask('{ motto payday }', await as('ann'));
    expect(office.heard.map(({ identity }) => identity)).toEqual([null, null]);
  });

  it("never gets what a client says in the router's name, even with a good signature", async () => {
    const header = { 'x-router-identity': await office.signed(boss) };
    await ask('{ motto }', header);
    await ask('{ staff { email } }', { ...header, ...(await as('ann')) });
    const body = JSON.stringify({ query: '{ motto }' });
    const forIt = { 'x-router-identity': await office.signed(boss, body) };
    await askAt(office.urls.get('people') ?? '', '{ motto }', forIt);
    const [nobody, ...others] = office.heard.map(({ identity }) => identity);
    expect(nobody).toBeNull();
    // Only who goes round the router, with its key, gets it there.
    expect(others.map((identity) => identity?.subject)).toEqual(['ann', 'boss']);
  });

  it('is told nothing at all by a router without a key to sign with', async () => {
    const silent = await office.route({ ROUTER_IDENTITY_SIGNING_KEY: undefined });
    await ask('{ motto }', { 'x-router-identity': await office.signed(boss) }, silent);
    expect(office.heard.map(({ identity }) => identity)).toEqual([undefined]);
  });
});

describe('two clients that ask for the same at a time', () => {
  /** Lets `query` be asked by both while the subgraph holds its answers back, until `others` have come through. */
  async function askTogether(query: string, whose: readonly HeadersInit[], fetches: number) {
    // Credentials that are known take no longer than none.
    for (const headers of whose) await ask('{ payday }', headers);
    office.heard = [];
    let open = (): void => undefined;
    office.gate = new Promise((resolve) => (open = resolve));
    const answers = whose.map((headers) => ask(query, headers));
    await until(() => office.heard.length >= fetches);
    // Who comes after them is heard after them.
    const last = ask('{ payday }');
    await until(() => office.heard.some(({ subgraph }) => subgraph === 'payroll'));
    open();
    await last;
    return Promise.all(answers);
  }
  const heardAtPeople = () => office.heard.filter(({ subgraph }) => subgraph === 'people');

  it('share one fetch where nothing is protected, also when one of them is signed in', async () => {
    const answers = await askTogether('{ motto }', [{}, await as('ann')], 1);
    expect(answers.map(({ body }) => body)).toEqual(Array(2).fill({ data: { motto: 'Onwards' } }));
    expect(heardAtPeople().map(({ identity }) => identity)).toEqual([null]);
  });

  it('are asked for one by one where something is', async () => {
    const [ann, bob] = [await as('ann'), await as('bob')];
    const answers = await askTogether('{ motto phone }', [ann, ann, bob], 3);
    for (const { body } of answers) expect(body.data?.['phone']).toBe('0123');
    const subjects = heardAtPeople().map(({ identity }) => identity?.subject);
    expect(subjects.sort()).toEqual(['ann', 'ann', 'bob']);
  });
});
