import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hash, parseOptions } from '@node-rs/argon2';
import { PASSWORD, REGISTER, SIGN_IN, type UsersRig, startUsersRig } from './kit';

/** A few ms, to which nothing else that is done compares. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

let rig: UsersRig;
let networks = 0;
beforeAll(async () => {
  rig = await startUsersRig({ parts: { passwordCost: COST } });
});
afterAll(() => rig?.stop());

const REQUEST = `mutation ($email: String!) { requestPasswordReset(email: $email) }`;
const WRONG = 'wrong-harbour-lamp-66';

const browser = () => rig.browser({ address: `198.19.0.${(networks += 1)}` });

/**
 * How much each keeps the processor busy at its least, ms: what else goes on in this process only adds to
 * that, and what else goes on on the machine, which makes everything take longer by chance, does not count.
 */
async function least(
  works: readonly (() => Promise<unknown>)[],
  rounds: number,
  settle: () => Promise<unknown> = async () => undefined,
) {
  const times = works.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, work] of works.entries()) {
      const begun = process.cpuUsage();
      await work();
      const { user, system } = process.cpuUsage(begun);
      times[at]?.push((user + system) / 1_000);
      await settle();
    }
  }
  return times.map((all) => Math.min(...all));
}

describe('whether an account exists', () => {
  it('is told neither by words and status of a failed sign-in nor by the work that it is', async () => {
    await rig.signUp('known@example.org');
    const ask = (email: string) => browser().ask(SIGN_IN, { input: { email, password: WRONG } });
    expect(await ask('unknown@example.org')).toEqual(await ask('known@example.org'));
    const [known = 0, unknown = 0] = await least(
      [() => ask('known@example.org'), async () => ask(`nobody${networks}@example.org`)],
      31,
    );
    // Without the work on a password nobody has, one of them would take a few ms instead of tens.
    expect(Math.min(known, unknown) / Math.max(known, unknown)).toBeGreaterThan(0.5);
  });

  it('is not told by a hash that was made at a lower cost', async () => {
    const { userId } = await rig.signUp('early@example.org');
    const early = await hash(PASSWORD, { memoryCost: 4_096, timeCost: 2, parallelism: 1 });
    await rig.prisma.user.update({ where: { id: userId }, data: { passwordHash: early } });
    const ask = (email: string) => browser().ask(SIGN_IN, { input: { email, password: WRONG } });
    const [known = 0, unknown = 0] = await least(
      [() => ask('early@example.org'), async () => ask(`nobody${networks}@example.org`)],
      31,
    );
    expect(Math.min(known, unknown) / Math.max(known, unknown)).toBeGreaterThan(0.5);
  });

  it('is not told by how much work registering is', async () => {
    await rig.signUp('taken@example.org');
    const register = (email: string) =>
      browser().ask(REGISTER, { input: { email, password: PASSWORD, displayName: 'Ann' } });
    let free = '';
    const [takens = 0, frees = 0] = await least(
      [() => register('taken@example.org'), () => register((free = `free${networks}@example.org`))],
      15,
      // The mail to who is new is written and received in this process too.
      async () => free && (await rig.mailbox.next(free), (free = '')),
    );
    expect(Math.min(takens, frees) / Math.max(takens, frees)).toBeGreaterThan(0.6);
  });

  it('is found out for a new password after the answer, and so is what the mail server says', async () => {
    await rig.signUp('slow@example.org');
    const release = rig.mailbox.hold();
    const known = await browser().ask(REQUEST, { email: 'slow@example.org' });
    const unknown = await browser().ask(REQUEST, { email: 'nobody@example.org' });
    expect(unknown).toEqual(known);
    expect(rig.mailbox.received.filter(({ to }) => to === 'slow@example.org')).toHaveLength(1);
    release();
    await rig.mailbox.next('slow@example.org');
  });
});

describe('a hash that was made with other parameters', () => {
  it('is made anew when its owner signs in, and the password stays', async () => {
    const { userId } = await rig.signUp('old@example.org');
    const old = await hash(PASSWORD, { memoryCost: 4_096, timeCost: 3, parallelism: 1 });
    await rig.prisma.user.update({ where: { id: userId }, data: { passwordHash: old } });
    const input = { email: 'old@example.org', password: PASSWORD };
    await browser().ask(SIGN_IN, { input: { ...input, password: WRONG } });
    const stored = async () =>
      (await rig.prisma.user.findUniqueOrThrow({ where: { id: userId } })).passwordHash;
    expect(await stored()).toBe(old);
    await browser().data(SIGN_IN, { input });
    const renewed = await stored();
    expect(renewed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(parseOptions(renewed)).toMatchObject({ memoryCost: 19_456, timeCost: 2 });
    await browser().data(SIGN_IN, { input });
    expect(await stored()).toBe(renewed);
  });
});
