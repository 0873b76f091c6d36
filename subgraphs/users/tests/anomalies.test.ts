import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { operationText } from '@spyhop/platform/signed-identity';
import { GraphClient, type Subscribed } from '@spyhop/platform/testkit/graph-client';
import { asUser } from '@spyhop/prisma/row-owner';
import { until } from '@spyhop/platform/testkit/until';
import { type JWTPayload, decodeJwt } from 'jose';
import { type Listed, signUpAdmin } from './administrator';
import { PASSWORD, REFRESH, SIGN_IN, type SignedUp, type UsersRig, startUsersRig } from './kit';
import { NEXT_PASSWORD, resetByMail } from './reset-kit';

const OWN = `query ($first: Int, $after: String) {
  me { securityEvents(first: $first, after: $after) { edges { node { id kind at userId address device details { name value } } }
    pageInfo { hasNextPage hasPreviousPage endCursor } } }
}`;
const ALL = `query ($first: Int) { securityEvents(first: $first) { edges { node { id kind userId address details { name value } } }
  pageInfo { hasNextPage hasPreviousPage endCursor } } }`;
const LIVE = `subscription ($all: Boolean!) { securityEvent(all: $all) { id kind userId address } }`;

interface Raised {
  id: string;
  kind: string;
  userId: string | null;
  address: string | null;
  details: { name: string; value: string }[];
}

let rig: UsersRig;
let admin: SignedUp;
let client: GraphClient;
beforeAll(async () => {
  rig = await startUsersRig();
  admin = await signUpAdmin(rig, 'admin@example.org');
  client = new GraphClient(rig.port);
});
afterAll(async () => {
  await client.close();
  await rig.stop();
});
afterEach(() => void (rig.now += 2 * 3_600_000));

const settled = (): Promise<unknown> =>
  until(async () => (await rig.prisma.auditArrival.count()) === 0);

async function own({ browser }: SignedUp, page = {}): Promise<Raised[]> {
  await settled();
  const { me } = await browser.data<{ me: { securityEvents: Listed<Raised> } }>(OWN, page);
  return me.securityEvents.edges.map(({ node }) => node);
}

async function ofAll(): Promise<Raised[]> {
  await settled();
  admin.browser.actAs({ ...decodeJwt(admin.accessToken), auth_time: rig.now / 1_000 });
  const { securityEvents } = await admin.browser.data<{ securityEvents: Listed<Raised> }>(ALL, {
    first: 100,
  });
  return securityEvents.edges.map(({ node }) => node);
}

const wrong = (email: string) => ({ input: { email, password: 'wrong-wrong-wrong' } });

function signIn(email: string, address: string, delivery = 'BODY', headers = {}) {
  const browser = rig.browser({ address, headers });
  return browser
    .data(SIGN_IN, { input: { email, password: PASSWORD, delivery } })
    .then(() => browser);
}

async function listen(
  claims: JWTPayload,
  all = false,
): Promise<Subscribed<{ securityEvent: Raised }>> {
  const variables = { all };
  const text = operationText({ query: LIVE, variables });
  return client.subscribe(LIVE, variables, await rig.router.headersFor(claims, text));
}

describe('a burst of failures', () => {
  it('is told to the owner of the account once, at the fifth within ten minutes', async () => {
    const ann = await rig.signUp('ann@example.org');
    const stranger = rig.browser({ address: '198.51.100.1' });
    for (let attempt = 1; attempt <= 4; attempt++) {
      expect(await stranger.errorCode(SIGN_IN, wrong('ann@example.org'))).toBe('SIGN_IN_FAILED');
    }
    expect(await own(ann)).toEqual([]);
    const other = rig.browser({ address: '198.51.101.1' });
    for (let attempt = 5; attempt <= 8; attempt++) {
      await other.errorCode(SIGN_IN, wrong('ann@example.org'));
    }
    expect(await own(ann)).toMatchObject([
      {
        ...{ kind: 'FAILURE_BURST', userId: ann.userId, address: '198.51.101.1' },
        details: [{ name: 'failures', value: '5' }],
      },
    ]);
  });

  it('is none where failures are far apart, or of different accounts', async () => {
    const bea = await rig.signUp('bea@example.org');
    for (let attempt = 1; attempt <= 6; attempt++) {
      await rig
        .browser({ address: `198.51.100.${attempt}` })
        .errorCode(SIGN_IN, wrong('bea@example.org'));
      rig.now += 150_001;
    }
    expect(await own(bea)).toEqual([]);
  });
});

describe('a sign-in', () => {
  it('from a device that was not seen before is told to the owner, by mail too; again from there it is not', async () => {
    const email = 'cay@example.org';
    const cay = await rig.signUp(email);
    const browser = await signIn(email, '192.0.2.1', 'COOKIE');
    const [told] = await own(cay);
    expect(told).toMatchObject({ kind: 'NEW_DEVICE', device: 'Firefox on Linux', details: [] });
    const mail = await rig.mailbox.next(email);
    expect(mail.subject).toBe('A new sign-in to your account at Spyhop');
    expect(mail.text).toContain('Firefox on Linux, at 2026-05-01T');
    expect(mail.text).toContain('from 192.0.2.1');
    rig.now += 1_000;
    await browser.data(SIGN_IN, { input: { email, password: PASSWORD, delivery: 'COOKIE' } });
    expect(await own(cay)).toHaveLength(1);
  });

  it('with the new password, from the browser that has set it by mail, is told like any other', async () => {
    const email = 'reset@example.org';
    const reset = await rig.signUp(email);
    const mailbox = rig.browser({ address: '198.51.100.7' });
    await resetByMail(rig, email, mailbox);
    const input = { email, password: NEXT_PASSWORD, delivery: 'COOKIE' };
    const { signIn } = await mailbox.data<{ signIn: { accessToken: string } }>(SIGN_IN, { input });
    reset.browser.actAs(decodeJwt(signIn.accessToken));
    const told = async () => (await own(reset)).filter(({ kind }) => kind === 'NEW_DEVICE');
    expect(await told()).toMatchObject([{ address: '198.51.100.7' }]);
    await mailbox.data(SIGN_IN, { input });
    expect(await told()).toHaveLength(1);
  });

  it('from a new device is told however long ago, and behind however many failures, the one before was', async () => {
    const email = 'flooded@example.org';
    const flooded = await rig.signUp(email);
    await settled();
    const failure = {
      ...{ at: new Date(rig.now), kind: 'SECOND_FACTOR_FAILED', subject: flooded.userId },
      ...{ address: '198.51.100.8', userAgent: '', details: {} },
    };
    await rig.prisma.auditArrival.createMany({ data: Array.from({ length: 201 }, () => failure) });
    await settled();
    const told = async () =>
      (await own(flooded)).filter(({ kind }) => kind === 'NEW_DEVICE').map((each) => each.address);
    await signIn(email, '198.51.100.8', 'COOKIE');
    expect(await told()).toEqual(['198.51.100.8']);
    rig.now += 100 * 86_400_000;
    await signIn(email, '198.51.100.9', 'COOKIE');
    expect(await told()).toEqual(['198.51.100.9', '198.51.100.8']);
  });

  it('by a program counts by the name of the program and its network together', async () => {
    const email = 'dee@example.org';
    const dee = await rig.signUp(email);
    const told = async () => (await own(dee)).filter(({ kind }) => kind === 'NEW_DEVICE');
    await signIn(email, '192.0.2.1');
    expect(await told()).toEqual([]);
    await signIn(email, '192.0.2.1', 'BODY', { 'user-agent': 'curl/8.5.0' });
    expect(await told()).toMatchObject([{ device: expect.stringMatching(/curl/i) }]);
    await signIn(email, '203.0.113.20', 'BODY', { 'user-agent': 'curl/8.5.0' });
    expect(await told()).toMatchObject([{ address: '203.0.113.20' }, { address: '192.0.2.1' }]);
    for (const address of ['192.0.2.1', '203.0.113.20']) {
      await signIn(email, address, 'BODY', { 'user-agent': 'curl/8.5.0' });
    }
    expect(await told()).toHaveLength(2);
  });

  it('from another network range within an hour is told, from the same range or later it is not', async () => {
    const email = 'eve@example.org';
    const eve = await rig.signUp(email);
    const told = async () => (await own(eve)).filter(({ kind }) => kind === 'QUICK_RANGE_CHANGE');
    await signIn(email, '192.0.99.1');
    expect(await told()).toEqual([]);
    rig.now += 3_600_001;
    await signIn(email, '203.0.113.1');
    expect(await told()).toEqual([]);
    rig.now += 3_599_999;
    await signIn(email, '2001:db8::1');
    expect(await told()).toMatchObject([
      {
        kind: 'QUICK_RANGE_CHANGE',
        details: [
          { name: 'to', value: '2001:db8::/32' },
          { name: 'from', value: '203.0.0.0/16' },
        ],
      },
    ]);
    rig.now += 60_000;
    await signIn(email, '192.0.2.9');
    expect(await told()).toHaveLength(1);
  });
});

describe('a refresh token that is used again', () => {
  it('is told to its owner', async () => {
    const { refreshToken, ...fay } = await rig.signUp('fay@example.org');
    await fay.browser.data(REFRESH, { refreshToken });
    rig.now += 60_000;
    const thief = rig.browser({ address: '198.51.100.66' });
    expect(await thief.errorCode(REFRESH, { refreshToken })).toBe('SESSION_ENDED');
    const told = (await ofAll()).filter(({ userId }) => userId === fay.userId);
    expect(told).toMatchObject([{ kind: 'TOKEN_REUSED', address: '198.51.100.66' }]);
  });
});

describe('spraying', () => {
  it('of accounts from one address is told to administrators, whether the accounts exist or not', async () => {
    const gil = await rig.signUp('gil@example.org');
    const sprayer = rig.browser({ address: '198.51.100.99' });
    await sprayer.errorCode(SIGN_IN, wrong('gil@example.org'));
    for (const letter of 'bcdefghi')
      await sprayer.errorCode(SIGN_IN, wrong(`${letter}@example.org`));
    const before = await ofAll();
    expect(before.filter(({ kind }) => kind === 'ACCOUNT_SPRAYING')).toEqual([]);
    for (const letter of 'jkl') await sprayer.errorCode(SIGN_IN, wrong(`${letter}@example.org`));
    const told = (await ofAll()).filter(({ kind }) => kind === 'ACCOUNT_SPRAYING');
    expect(told).toMatchObject([
      {
        ...{ userId: null, address: '198.51.100.99' },
        details: [{ name: 'accounts', value: '10' }],
      },
    ]);
    expect(await own(gil)).toEqual([]);
  });

  it.each([
    ['one network of IPv6', 10, (nth: number) => `2001:db8:5:6::${nth + 1}`],
    ['all networks of IPv6 that one may have', 40, (nth: number) => `2001:db8:7:${nth}::1`],
  ])('of accounts from many addresses of %s is told once', async (_of, many, addressOf) => {
    const fails = (nth: number) => ({
      ...{ at: new Date(rig.now), kind: 'SIGN_IN_FAILED', address: addressOf(nth) },
      ...{ userAgent: '', details: { email: `of account ${nth}` } },
    });
    const spraying = async () =>
      (await ofAll()).filter(
        ({ kind, details }) =>
          kind === 'ACCOUNT_SPRAYING' && details.some(({ value }) => value === String(many)),
      );
    const known = (await spraying()).length;
    const all = Array.from({ length: many }, (_, nth) => fails(nth));
    await rig.prisma.auditArrival.createMany({ data: all.slice(1) });
    expect(await spraying()).toHaveLength(known);
    await rig.prisma.auditArrival.createMany({ data: all.slice(0, 1) });
    await rig.prisma.auditArrival.createMany({ data: [fails(many)] });
    expect((await spraying()).slice(0, 1)).toMatchObject([{ userId: null, address: addressOf(0) }]);
    expect(await spraying()).toHaveLength(known + 1);
  });

  it('of keys from one address is told to administrators, each key to its owner', async () => {
    const hal = await rig.signUp('hal@example.org');
    const use = (key: string, kind: string) => ({
      ...{ at: new Date(rig.now), kind, subject: hal.userId, address: '203.0.113.44' },
      ...{ userAgent: '', details: { key } },
    });
    await rig.prisma.auditArrival.createMany({
      data: ['1', '2', '3', '4', '4'].map((key) => use(key, 'API_KEY_USED_FROM_NEW_ADDRESS')),
    });
    const spraying = async () => (await ofAll()).filter(({ kind }) => kind === 'KEY_SPRAYING');
    expect(await spraying()).toEqual([]);
    await rig.prisma.auditArrival.createMany({ data: [use('5', 'API_KEY_USED_ELSEWHERE')] });
    expect(await spraying()).toMatchObject([{ userId: null, address: '203.0.113.44' }]);
    expect((await own(hal)).map(({ kind }) => kind)).toEqual([
      'KEY_USED_ELSEWHERE',
      ...Array.from({ length: 5 }, () => 'KEY_FROM_NEW_ADDRESS'),
    ]);
  });
});

describe('security events', () => {
  it('come live: a user’s own to them, all to administrators', async () => {
    const [ida, jon] = [await rig.signUp('ida@example.org'), await rig.signUp('jon@example.org')];
    await settled();
    const claims = { ...decodeJwt(admin.accessToken), auth_time: rig.now / 1_000 };
    const streams = {
      ida: await listen(decodeJwt(ida.accessToken)),
      jon: await listen(decodeJwt(jon.accessToken)),
      all: await listen(claims, true),
    };
    const first = { ida: streams.ida.next(), jon: streams.jon.next(), all: streams.all.next() };
    await until(async () => (await subscribers()) >= 3);
    await signIn('ida@example.org', '192.0.2.1', 'COOKIE');
    const { securityEvent } = await first.ida;
    expect(securityEvent).toMatchObject({ kind: 'NEW_DEVICE', userId: ida.userId });
    expect((await first.all).securityEvent).toEqual(securityEvent);
    await signIn('jon@example.org', '192.0.2.1', 'COOKIE');
    // The first that Jon's stream has is Jon's: Ida's never came.
    expect((await first.jon).securityEvent).toMatchObject({ userId: jon.userId });
    await Promise.all(Object.values(streams).map((stream) => stream.end()));
  });

  it('of all are refused to users, live and listed', async () => {
    const kay = await rig.signUp('kay@example.org');
    const stream = await listen(decodeJwt(kay.accessToken), true);
    await expect(stream.next()).rejects.toThrow(/FORBIDDEN/);
    expect(await kay.browser.errorCode(ALL)).toBe('FORBIDDEN');
    await expect((await listen({})).next()).rejects.toThrow(/UNAUTHENTICATED/);
  });

  it('of others are in nobody’s list, not even for a query that forgets whose it asks for', async () => {
    const lou = await rig.signUp('lou@example.org');
    await signIn('lou@example.org', '192.0.2.1', 'COOKIE');
    await settled();
    const prisma = rig.ownersPrisma();
    const unscoped = await asUser(prisma, lou.userId, (tx) => tx.securityAlert.findMany());
    await prisma.$disconnect();
    expect(unscoped.map(({ userId }) => userId)).toEqual([lou.userId]);
    expect(await rig.prisma.securityAlert.count()).toBeGreaterThan(1);
  });

  it('go from page to page, the newest first', async () => {
    const mia = await rig.signUp('mia@example.org');
    for (let turn = 0; turn < 5; turn++) await signIn('mia@example.org', '192.0.2.1', 'COOKIE');
    const all = await own(mia);
    expect(all).toHaveLength(5);
    const seen: Raised[] = [];
    for (let after: string | null = null; ;) {
      const { me }: { me: { securityEvents: Listed<Raised> } } = await mia.browser.data(OWN, {
        ...{ first: 2, after },
      });
      seen.push(...me.securityEvents.edges.map(({ node }) => node));
      if (!me.securityEvents.pageInfo.hasNextPage) break;
      after = me.securityEvents.pageInfo.endCursor;
    }
    expect(seen).toEqual(all);
    expect(await mia.browser.errorCode(OWN, { after: 'x' })).toBe('INVALID_INPUT');
  });

  it('do not hold up the log where their user is gone', async () => {
    const nia = await rig.signUp('nia@example.org');
    await settled();
    await rig.prisma.user.delete({ where: { id: nia.userId } });
    await rig.prisma.auditArrival.createMany({
      data: [
        {
          at: new Date(rig.now),
          kind: 'TOKEN_REUSED',
          subject: nia.userId,
          address: '',
          userAgent: '',
          details: {},
        },
      ],
    });
    await settled();
  });
});

/** Channels of security events that somebody listens to. */
const subscribers = async (): Promise<number> => {
  const channels = await rig.space.client.pubsub('CHANNELS', `${rig.space.prefix}*security-event*`);
  return channels.length;
};
