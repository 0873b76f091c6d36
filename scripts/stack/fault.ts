/** Something that keeps the stack from running and that a person can mend: one clear line, no stack. */
export class StackFault extends Error {
  override readonly name = 'StackFault';
}
