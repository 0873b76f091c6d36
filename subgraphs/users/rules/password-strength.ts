import { type Score, ZxcvbnFactory } from '@zxcvbn-ts/core';
import * as common from '@zxcvbn-ts/language-common';
import { SpyhopError } from '@spyhop/platform/errors';

/** Of 0 to 4; 3 stands for 10^8 guesses (Wheeler, zxcvbn: Low-Budget Password Strength Estimation, 2016). */
const ENOUGH: Score = 3;
/** Looking takes time that grows with the square of the length: what begins easily is not let off by what follows. */
const LOOKED_AT = 32;

const REASONS: Readonly<Record<string, string>> = {
  topTen: 'it is one of the ten most common passwords',
  topHundred: 'it is one of the hundred most common passwords',
  common: 'it is a common password',
  similarToCommon: 'it is close to a common password',
  wordByItself: 'it is a single word',
  keyPattern: 'it is a short pattern of keys',
  straightRow: 'it is a row of keys',
  simpleRepeat: 'it repeats one character',
  extendedRepeat: 'it repeats itself',
  sequences: 'it is a sequence like abc or 123',
  recentYears: 'it is a year',
  dates: 'it is a date',
  userInputs: 'it is made of your own name or address',
};

const estimator = new ZxcvbnFactory({
  dictionary: common.dictionary,
  graphs: common.adjacencyGraphs,
});

/**
 * Throws PASSWORD_REFUSED, with the reason, for a password that is in lists of leaked ones, or made of what is,
 * of patterns, or of what is known of its owner.
 */
export function checkStrength(password: string, about: readonly string[]): void {
  const start = [...password].slice(0, LOOKED_AT).join('');
  const known = about.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)]);
  const { score, feedback } = estimator.check(start, [...known.filter(Boolean), 'spyhop']);
  if (score >= ENOUGH) return;
  const reason = REASONS[feedback.warning ?? ''] ?? 'it takes few guesses';
  throw new SpyhopError(
    'PASSWORD_REFUSED',
    `This password is too easy to guess: ${reason}. Several unrelated words make a good one.`,
    { argument: 'password', reason: feedback.warning ?? 'fewGuesses' },
  );
}
