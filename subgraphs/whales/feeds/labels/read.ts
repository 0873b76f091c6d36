import { StringDecoder } from 'node:string_decoder';
import { type OnBytes, fileBytes } from '@spyhop/platform/file-bytes';

/** A file of labels that cannot be read at all; the message names it. */
export class LabelFileError extends Error {
  override readonly name = 'LabelFileError';
}

/** Of text that is parsed as a whole. */
const MOST_TEXT = 64 * 1024 * 1024;
/** Of one record of CSV: quotes that are never closed must not gather the file. */
const LONGEST_RECORD = 64 * 1024;

/** The text of a file, also of one packed with gzip, piece by piece. */
async function* textOf(path: string, onBytes: OnBytes): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  for await (const chunk of fileBytes(path, onBytes)) yield decoder.write(chunk);
  yield decoder.end();
}

/** All of it. Throws LabelFileError where that is more than 64 MiB. */
export async function wholeText(path: string, onBytes: OnBytes): Promise<string> {
  const pieces: string[] = [];
  let length = 0;
  for await (const piece of textOf(path, onBytes)) {
    pieces.push(piece);
    if ((length += piece.length) > MOST_TEXT) {
      throw new LabelFileError(`${path}: it is longer than 64 MiB; divide it, or make it a CSV`);
    }
  }
  return pieces.join('').replace(/^\uFEFF/, '');
}

/** One record of CSV, and the line that it begins in, from 1. */
export interface CsvRecord {
  fields: string[];
  line: number;
}

/** Records of CSV (RFC 4180), with quotes; empty lines are passed over. */
export async function* csvRecords(path: string, onBytes: OnBytes): AsyncGenerator<CsvRecord> {
  const parser = new CsvParser(path);
  for await (const piece of textOf(path, onBytes)) yield* parser.take(piece);
  yield* parser.end();
}

class CsvParser {
  private fields: string[] = [];
  private field = '';
  private length = 0;
  private line = 1;
  private begun = 1;
  private isQuoted = false;
  /** The piece before ended with a quote within quotes: it closes them, or is half of a doubled one. */
  private wasQuote = false;
  private isFirst = true;

  constructor(private readonly path: string) {}

  *take(piece: string): Generator<CsvRecord> {
    const text = this.isFirst ? piece.replace(/^\uFEFF/, '') : piece;
    if (piece !== '') this.isFirst = false;
    for (const character of text) {
      if (character === '\n') this.line += 1;
      if (this.wasQuote && character !== '"') this.isQuoted = this.wasQuote = false;
      if (this.isQuoted) this.takeQuoted(character);
      else if (character === '\n') yield* this.finish();
      else this.takePlain(character);
    }
  }

  *end(): Generator<CsvRecord> {
    if (this.isQuoted && !this.wasQuote) {
      throw new LabelFileError(`${this.path}, line ${this.begun}: a quote is never closed`);
    }
    yield* this.finish();
  }

  private takeQuoted(character: string): void {
    if (character !== '"' || this.wasQuote) this.add(character);
    this.wasQuote = character === '"' && !this.wasQuote;
  }

  private takePlain(character: string): void {
    if (character === '"' && this.field === '') this.isQuoted = true;
    else if (character === ',') {
      this.fields.push(this.field);
      this.field = '';
    } else if (character !== '\r') this.add(character);
  }

  private add(character: string): void {
    this.field += character;
    if ((this.length += 1) > LONGEST_RECORD) {
      throw new LabelFileError(`${this.path}, line ${this.begun}: a row is longer than 64 KiB`);
    }
  }

  private *finish(): Generator<CsvRecord> {
    const fields = [...this.fields, this.field];
    const record = { fields, line: this.begun };
    this.fields = [];
    this.field = '';
    this.length = 0;
    this.begun = this.line;
    this.isQuoted = this.wasQuote = false;
    if (fields.length > 1 || fields[0] !== '') yield record;
  }
}
