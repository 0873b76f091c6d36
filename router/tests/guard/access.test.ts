import { describe, expect, it } from '@jest/globals';
import { mayHave } from '../../guard/access';
import { identity } from './authorised';

describe('what is had by some', () => {
  const admin = { ...identity(), roles: new Set(['admin']) };

  it.each([
    ['everyone' as const, [true, true, true]],
    ['nobody' as const, [false, false, false]],
    [{ roles: ['admin', 'developer'] }, [false, false, true]],
  ])('is for %j', (access, allowed) => {
    expect([null, identity(), admin].map((who) => mayHave(access, who))).toEqual(allowed);
  });
});
