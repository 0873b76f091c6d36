import { expect, it } from 'vitest';
import { describeTrend } from './trend';

it.each([
  [null, undefined],
  [0.1, 'Sideways'],
  [-0.3, 'Down'],
  [0.3, 'Up'],
  [-0.9, 'Strongly down'],
  [1, 'Strongly up'],
])('a trend of %s is called %s', (trend, words) => {
  expect(describeTrend(trend)?.words).toBe(words);
});
