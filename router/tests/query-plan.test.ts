import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Answer } from './kit';
import { Office } from './office';

const STAFF = '{ staff { name salary } }';
const EXPOSE = { 'apollo-expose-query-plan': 'true' };
const DRY_RUN = { 'apollo-expose-query-plan': 'dry-run' };

let office: Office;
let port: number;

beforeAll(async () => {
  office = await Office.open();
  port = await office.route({ ROUTER_AUTHORISATION_PLAN_ROLES: 'admin, lead' });
});
afterAll(() => office.close());
beforeEach(() => {
  office.heard = [];
});

const as = async (...token: Parameters<Office['token']>) => ({
  authorization: `Bearer ${await office.token(...token)}`,
});
const lead = () => as('ann', { roles: ['lead'], scope: 'payroll:read' });

async function ask(query: string, headers: HeadersInit): Promise<Answer['body']> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Answer['body'];
}

interface Shown {
  object: { kind: string; node?: { kind: string } };
  text: string;
}
const planIn = ({ extensions }: Answer['body']) => extensions?.['apolloQueryPlan'] as Shown;

describe('the plan of an operation', () => {
  it('comes with the answer for one of the roles, as text and as an object', async () => {
    const body = await ask(STAFF, { ...(await lead()), ...EXPOSE });
    expect(body.data).toEqual({ staff: [{ name: 'Ann', salary: 4_200 }] });
    const { object, text } = planIn(body);
    expect(object).toMatchObject({
      kind: 'QueryPlan',
      node: {
        kind: 'Sequence',
        nodes: [
          { kind: 'Fetch', serviceName: 'people' },
          { kind: 'Flatten', node: { kind: 'Fetch', serviceName: 'payroll' } },
        ],
      },
    });
    expect(text).toMatch(/^QueryPlan \{\s+Sequence \{\s+Fetch\(service: "people"\)/);
    expect(body.extensions).not.toHaveProperty('__queryPlanExperimental');
  });

  it('is the plan of what the identity may ask for', async () => {
    const body = await ask(STAFF, { ...(await as('ann', { roles: ['lead'] })), ...EXPOSE });
    expect(body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(planIn(body).object.node).toMatchObject({ kind: 'Fetch', serviceName: 'people' });
    expect(body.extensions).toHaveProperty('requestId');
  });

  it.each([
    ['text', {}, expect.stringContaining('Fetch(service: "people")')],
    [
      'an object',
      { 'apollo-query-plan-experimental-format': 'internal' },
      expect.objectContaining({ kind: 'QueryPlan' }),
    ],
  ])('is told as %s where an older client asks for it', async (_, format, plan) => {
    const wish = { 'apollo-query-plan-experimental': '1', ...format };
    const { extensions } = await ask('{ motto }', { ...(await lead()), ...wish });
    expect(extensions).toMatchObject({ __queryPlanExperimental: plan });
  });

  it('is empty where no subgraph is asked', async () => {
    const body = await ask('{ __typename }', { ...(await lead()), ...EXPOSE });
    expect(planIn(body)).toEqual({ object: { kind: 'QueryPlan' }, text: 'QueryPlan {}' });
  });

  it('is not shown unless it is asked for', async () => {
    expect(await ask('{ motto }', await lead())).toEqual({ data: { motto: 'Onwards' } });
  });

  it.each([
    ['nobody', async () => ({})],
    ['another role', () => as('ann', { roles: ['clerk'] })],
  ])('is not shown to %s, who gets the answer alone', async (_, who) => {
    const body = await ask('{ motto }', { ...(await who()), ...EXPOSE });
    expect(body).toEqual({ data: { motto: 'Onwards' } });
  });
});

describe('a dry run', () => {
  const HIRE = 'mutation { hire(name: "Bob") { id } }';

  it('shows the plan and asks no subgraph', async () => {
    const admin = await as('ann', { roles: ['admin'], scope: 'staff:write' });
    const body = await ask(HIRE, { ...admin, ...DRY_RUN });
    expect(body.data).toBeNull();
    expect(planIn(body).text).toContain('hire');
    expect(office.heard).toEqual([]);
  });

  it.each(['application/json', 'text/event-stream', 'multipart/mixed;subscriptionSpec=1.0'])(
    'shows the plan of a subscription, whose fields others join, and subscribes to nothing: %s',
    async (accept) => {
      const query = 'subscription Arrivals { arrived { name salary } }';
      const body = await ask(query, { ...(await lead()), ...DRY_RUN, accept });
      expect(body.data).toBeNull();
      const { object, text } = planIn(body);
      expect(object.node).toMatchObject({
        kind: 'Subscription',
        primary: { kind: 'Fetch', serviceName: 'people' },
        rest: {
          kind: 'Sequence',
          nodes: [
            {
              kind: 'Flatten',
              path: ['arrived'],
              node: { kind: 'Fetch', serviceName: 'payroll' },
            },
          ],
        },
      });
      expect(text).toMatch(/Subscription \{\s+Primary: \{\s+Fetch\(service: "people"\)/);
      expect(text).toMatch(/Rest: \{\s+Sequence \{\s+Flatten\(path: "arrived"\)/);
      expect(office.heard).toEqual([]);
      expect(office.arrivals.listening).toBe(0);
    },
  );

  it('says what who asks may not subscribe to', async () => {
    const { errors, extensions } = await ask('subscription { called }', {
      ...(await lead()),
      ...DRY_RUN,
    });
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(extensions).not.toHaveProperty('apolloQueryPlan');
  });

  it('of a subscription is refused to who may not see plans', async () => {
    const clerk = await as('ann', { roles: ['clerk'] });
    const { errors } = await ask('subscription { arrived { name } }', { ...clerk, ...DRY_RUN });
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  it('is refused to who may not see plans, and asks no subgraph', async () => {
    const clerk = await as('ann', { roles: ['clerk'], scope: 'staff:write' });
    for (const accept of ['application/json', 'text/event-stream']) {
      const body = await ask(HIRE, { ...clerk, ...DRY_RUN, accept });
      expect(body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
    const { errors } = await ask('{ motto }', DRY_RUN);
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(office.heard).toEqual([]);
  });
});
