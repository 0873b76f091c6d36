import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer } from '@spyhop/platform/testkit/graph-client';
import { RFC_9106_COST } from '../store/passwords';
import { PASSWORD, REGISTER, SIGN_IN, type UsersRig, VERIFY_EMAIL, startUsersRig } from './kit';

let rig: UsersRig;
let networks = 0;
beforeAll(async () => {
  rig = await startUsersRig({ parts: { passwordCost: RFC_9106_COST } });
});
afterAll(() => rig?.stop());

interface Refusal {
  code?: unknown;
  retryAfterS?: unknown;
}
const refusalOf = ({ errors }: Answer): Refusal => errors?.[0]?.extensions ?? {};

/** Each of another network, so that no limit counts them together. */
const stranger = () => rig.browser({ address: `198.19.${(networks += 1) >> 8}.${networks & 255}` });
const tryFor = async (email: string): Promise<Refusal> =>
  refusalOf(await stranger().ask(SIGN_IN, { input: { email, password: PASSWORD } }));
/** The first one that is refused because of all the others. */
const refusedFirst = (crowd: readonly Promise<Refusal>[]): Promise<Refusal> =>
  Promise.race(
    crowd.map(async (attempt) => {
      const refusal = await attempt;
      return refusal.code === 'RATE_LIMITED' ? refusal : new Promise<never>(() => undefined);
    }),
  );

describe('what a password costs', () => {
  it('is what RFC 9106 recommends where memory is short', async () => {
    const { userId } = await rig.signUp('cost@example.org');
    const { passwordHash } = await rig.prisma.user.findUniqueOrThrow({ where: { id: userId } });
    expect(passwordHash).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=4\$/);
  });

  it('is paid for few at once: of a crowd some are told when to try again, none who is known', async () => {
    await rig.signUp('owner@example.org');
    const owner = rig.browser({ address: '198.18.0.1' });
    const input = { email: 'owner@example.org', password: PASSWORD };
    await owner.data(SIGN_IN, { input });
    const codes: unknown[] = [];
    const crowd = Array.from({ length: 100 }, async (_, nth) => {
      const refusal = await tryFor(`nobody${nth}@example.org`);
      codes.push(refusal.code);
      return refusal;
    });
    // As long as strangers are refused, all of their places are taken.
    expect((await refusedFirst(crowd)).retryAfterS).toBe(5);
    await owner.data(SIGN_IN, { input });
    await Promise.all(crowd);
    expect(new Set(codes)).toEqual(new Set(['RATE_LIMITED', 'SIGN_IN_FAILED']));
  });

  it('is not tried while there is a crowd, and does not count: not of a registration either', async () => {
    const email = 'crowded@example.org';
    const newcomer = stranger();
    await newcomer.data(REGISTER, { input: { email, password: PASSWORD, displayName: 'Ann' } });
    const variables = { token: (await rig.mailbox.next(email)).token, password: 'another one' };
    const crowd: ReturnType<typeof tryFor>[] = [];
    const fillPlaces = async (): Promise<void> => {
      const more = Array.from({ length: 40 }, (_, nth) => tryFor(`crowd${nth}@example.org`));
      crowd.push(...more);
      await refusedFirst(more);
    };
    const refusals: unknown[] = [];
    await fillPlaces();
    // One more than a network may try.
    while (refusals.length < 31) {
      // Takes the place that has become free meanwhile.
      crowd.push(tryFor('crowd@example.org'));
      const { code, retryAfterS } = refusalOf(await newcomer.ask(VERIFY_EMAIL, variables));
      if (code === 'RATE_LIMITED') refusals.push(retryAfterS);
      else await fillPlaces();
    }
    expect(new Set(refusals)).toEqual(new Set([5]));
    await Promise.all(crowd);
  });
});
