import { canonicalNumberEnd } from './number-text';
import { UnexpectedAnswer } from './unexpected';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const LETTER_F = 0x66;
const LETTER_N = 0x6e;
const LETTER_T = 0x74;
const LINE_FEED = 0x0a;
const [NULL, TRUE, FALSE] = ['null', 'true', 'false'].map((text) => Buffer.from(text)) as [
  Buffer,
  Buffer,
  Buffer,
];

/** Escapes that JSON.stringify writes likewise; others it writes anew. */
const SHORT_ESCAPES = new Set([...'"\\bfnrt'].map((character) => character.charCodeAt(0)));

/**
 * Reads JSON whose form is known, and only finds where its values end. Throws UnexpectedAnswer for any other
 * form, and for text that JSON.stringify would write otherwise.
 */
export class JsonCursor {
  at = 0;

  constructor(readonly bytes: Buffer) {}

  /** Whether this is the next byte. */
  sees(code: number): boolean {
    return this.bytes[this.at] === code;
  }

  expect(expected: Buffer): void {
    if (!this.startsWith(expected)) throw new UnexpectedAnswer();
    this.at += expected.length;
  }

  private startsWith(expected: Buffer): boolean {
    const { bytes, at } = this;
    const { length } = expected;
    for (let index = 0; index < length; index += 1) {
      if (bytes[at + index] !== expected[index]) return false;
    }
    return true;
  }

  /** Servers may end their JSON with a line break. */
  expectEnd(): void {
    const rest = this.bytes.length - this.at;
    if (rest > 1 || (rest === 1 && !this.sees(LINE_FEED))) throw new UnexpectedAnswer();
  }

  seesNull(): boolean {
    return this.sees(LETTER_N);
  }

  null(): void {
    this.expect(NULL);
  }

  string(): void {
    const { bytes } = this;
    if (!this.sees(QUOTE)) throw new UnexpectedAnswer();
    const end = bytes.length;
    let at = this.at + 1;
    for (; at < end; at += 1) {
      const code = bytes[at] as number;
      if (code === QUOTE) break;
      if (code < SPACE) throw new UnexpectedAnswer();
      if (code !== BACKSLASH) continue;
      at += 1;
      if (!SHORT_ESCAPES.has(bytes[at] ?? 0)) throw new UnexpectedAnswer();
    }
    if (at >= end) throw new UnexpectedAnswer();
    this.at = at + 1;
  }

  oneOf(choices: readonly Buffer[]): void {
    for (const choice of choices) {
      if (this.startsWith(choice)) {
        this.at += choice.length;
        return;
      }
    }
    throw new UnexpectedAnswer();
  }

  boolean(): void {
    this.expect(this.sees(LETTER_T) ? TRUE : FALSE);
  }

  number(isWhole: boolean): void {
    const end = canonicalNumberEnd(this.bytes, this.at, isWhole);
    if (end < 0) throw new UnexpectedAnswer();
    this.at = end;
  }

  id(): void {
    if (this.sees(QUOTE)) this.string();
    else this.number(true);
  }

  scalar(): void {
    if (this.sees(QUOTE)) this.string();
    else if (this.sees(LETTER_T) || this.sees(LETTER_F)) this.boolean();
    else this.number(false);
  }
}
