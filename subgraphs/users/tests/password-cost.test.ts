import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RFC_9106_COST } from '../store/passwords';
import { PASSWORD, SIGN_IN, type UsersRig, startUsersRig } from './kit';

let rig: UsersRig;
let networks = 0;
beforeAll(async () => {
  rig = await startUsersRig({ parts: { passwordCost: RFC_9106_COST } });
});
afterAll(() => rig?.stop());

interface Refused {
  errors?: { extensions: { code: string; retryAfterS?: number } }[];
}

/** Each of another network, so that no limit counts them together. */
const stranger = () => rig.browser({ address: `198.19.${(networks += 1) >> 8}.${networks & 255}` });
const tryFor = (email: string) =>
  stranger().ask(SIGN_IN, { input: { email, password: PASSWORD } }) as Promise<Refused>;

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
    const crowd = Array.from({ length: 100 }, (_, nth) => tryFor(`nobody${nth}@example.org`));
    const codes: (string | undefined)[] = [];
    const first = Promise.race(
      crowd.map(async (answer) => {
        const { code, retryAfterS } = (await answer).errors?.[0]?.extensions ?? {};
        codes.push(code);
        if (code !== 'RATE_LIMITED') return new Promise<never>(() => undefined);
        return retryAfterS;
      }),
    );
    // As long as strangers are refused, all of their places are taken.
    expect(await first).toBe(5);
    await owner.data(SIGN_IN, { input });
    await Promise.all(crowd);
    expect(new Set(codes)).toEqual(new Set(['RATE_LIMITED', 'SIGN_IN_FAILED']));
  });
});
