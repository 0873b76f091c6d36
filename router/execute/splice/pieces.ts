/** A part of an answer's text, each character of which stands for one byte. */
export type Piece = string | Hole | readonly (string | Hole)[];

/** A place for what a later fetch brings of an entity; an entity that is asked for once may have several. */
export class Hole {
  piece: Piece | undefined;

  constructor(
    /** What the fetch needs to find the entity, as JSON. */
    readonly representation: string,
  ) {}
}

/** Throws where a hole was not filled. */
export function textOf(piece: Piece): string {
  if (typeof piece === 'string') return piece;
  if (piece instanceof Hole) {
    if (piece.piece === undefined) throw new Error('a hole was not filled');
    const text = textOf(piece.piece);
    piece.piece = text;
    return text;
  }
  let text = '';
  for (let index = 0; index < piece.length; index += 1) {
    const part = piece[index] as string | Hole;
    text += typeof part === 'string' ? part : textOf(part);
  }
  return text;
}

/** A copy of a text with some of it left out and something else put in. */
export class Edition {
  private readonly parts: (string | Hole)[] = [];

  constructor(
    private readonly text: string,
    /** Up to where the text is copied or left out. */
    private at: number,
  ) {}

  /** Copies up to there. */
  copyTo(end: number): void {
    if (end > this.at) this.parts.push(this.text.slice(this.at, end));
    this.at = end;
  }

  /** Leaves out what comes before. */
  skipTo(start: number): void {
    this.at = start;
  }

  insert(piece: Piece): void {
    if (typeof piece === 'string' || piece instanceof Hole) this.parts.push(piece);
    else this.parts.push(...piece);
  }

  /** A place for something that is not known yet, for `fill`. */
  slot(): number {
    return this.parts.push('') - 1;
  }

  fill(slot: number, hole: Hole): void {
    this.parts[slot] = hole;
  }

  /** What there is now. */
  whole(): Piece {
    const [first = ''] = this.parts;
    return this.parts.length > 1 ? this.parts : first;
  }
}
