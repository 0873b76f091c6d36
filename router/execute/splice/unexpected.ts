/** Thrown where an answer is not as expected: it has to be read as a whole. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}
