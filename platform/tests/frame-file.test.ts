import { describe, expect, it } from '@jest/globals';
import { splitStamp } from '../frame-file';

describe('the time at which a recorded frame was received', () => {
  it('is the very ms, wherever in a second it is, although a number of ns is too large to be exact', () => {
    const times = Array.from({ length: 1_000 }, (_, ms) => 1_795_335_412_000 + ms);
    expect(times.map((ms) => splitStamp(`${ms}000000 {}`)?.at)).toEqual(times);
  });

  it.each([
    ['1723161255', 1_723_161_255_000],
    ['1723161255.5', 1_723_161_255_500],
    ['1723161255.3435', 1_723_161_255_343.5],
    ['1723161255343', 1_723_161_255_343],
    ['1723161255343500', 1_723_161_255_343.5],
    ['1723161255343500000:', 1_723_161_255_343.5],
  ])('may be in s, ms, µs or ns: %s', (stamp, at) => {
    expect(splitStamp(`${stamp} {"frame":1}`)).toEqual({ at, text: '{"frame":1}' });
  });

  it.each(['{"frame":1}', '172316125 {}', '17231612553430 {}', 'soon {}', '1723161255 '])(
    'is not to be had of "%s"',
    (line) => expect(splitStamp(line)).toBeNull(),
  );
});
