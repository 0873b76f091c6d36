import { JsonCursor } from './json-cursor';
import type { FieldLayout, Insertion, ObjectLayout, ValueLayout } from './layout';
import { Edition, type Hole, type Piece, textOf } from './pieces';

/** Gives a place for what a fetch knows of the entity that has these values, separated by commas. */
export type HoleFor = (fetch: number, values: string, representation: () => string) => Hole;

const COMMA = 0x2c;
const CLOSING_BRACKET = 0x5d;
const DATA = Buffer.from('{"data":');
const ENTITIES = Buffer.from('{"data":{"_entities":[');
const ENTITIES_END = Buffer.from(']}}');
const BRACKET = Buffer.from('[');
const BRACKET_END = Buffer.from(']');
const BRACE_END = Buffer.from('}');
const COMMA_TEXT = Buffer.from(',');

/**
 * Reads a subgraph's answer in step with its layout, and makes pieces of the client's answer of its text,
 * without making values of it. Throws UnexpectedAnswer for whatever is not exactly as expected.
 */
export class Scanner {
  private readonly cursor: JsonCursor;
  private readonly text: string;
  /** Where values of fields start and end, of all objects that are being read. */
  private readonly places: number[] = [];
  private top = 0;
  private edition: Edition;

  constructor(
    bytes: Buffer,
    private readonly holeFor: HoleFor,
  ) {
    this.cursor = new JsonCursor(bytes);
    this.text = bytes.toString('latin1');
    this.edition = new Edition(this.text, 0);
  }

  /** The fields of the root, without braces. */
  root(layout: ObjectLayout): Piece {
    this.cursor.expect(DATA);
    const fields = this.withoutBraces(layout);
    this.cursor.expect(BRACE_END);
    this.cursor.expectEnd();
    return fields;
  }

  /** The fields of each of so many entities, without braces. */
  entities(layout: ObjectLayout, count: number): Piece[] {
    const found: Piece[] = [];
    this.cursor.expect(ENTITIES);
    for (let index = 0; index < count; index += 1) {
      if (index > 0) this.cursor.expect(COMMA_TEXT);
      found.push(this.withoutBraces(layout));
    }
    this.cursor.expect(ENTITIES_END);
    this.cursor.expectEnd();
    return found;
  }

  private withoutBraces(layout: ObjectLayout): Piece {
    this.edition = new Edition(this.text, this.cursor.at + 1);
    this.object(layout);
    this.edition.copyTo(this.cursor.at - 1);
    const fields = this.edition.whole();
    return Array.isArray(fields) && fields.every((part) => typeof part === 'string')
      ? textOf(fields)
      : fields;
  }

  private value(layout: ValueLayout): void {
    const { cursor } = this;
    if (layout.nullable && cursor.seesNull()) return cursor.null();
    switch (layout.kind) {
      case 'object':
        return this.object(layout.object as ObjectLayout);
      case 'list':
        return this.list(layout.item as ValueLayout);
      case 'text':
        return cursor.string();
      case 'id':
        return cursor.id();
      case 'integer':
        return cursor.number(true);
      case 'number':
        return cursor.number(false);
      case 'boolean':
        return cursor.boolean();
      case 'choice':
        return cursor.oneOf(layout.choices ?? []);
      case 'scalar':
        return cursor.scalar();
    }
  }

  private list(item: ValueLayout): void {
    const { cursor } = this;
    cursor.expect(BRACKET);
    if (cursor.sees(CLOSING_BRACKET)) {
      cursor.at += 1;
      return;
    }
    for (;;) {
      this.value(item);
      if (!cursor.sees(COMMA)) break;
      cursor.at += 1;
    }
    cursor.expect(BRACKET_END);
  }

  private object(layout: ObjectLayout): void {
    if (layout.isPlain) this.plain(layout);
    else if (layout.order) this.inOrder(layout, layout.order);
    else this.edited(layout);
    this.cursor.expect(BRACE_END);
  }

  private plain({ fields }: ObjectLayout): void {
    const { cursor } = this;
    for (let index = 0; index < fields.length; index += 1) {
      const { head, value } = fields[index] as FieldLayout;
      cursor.expect(head);
      this.value(value);
    }
  }

  /** Copies the object's text but for fields that the client does not get, and with what fetches add. */
  private edited(layout: ObjectLayout): void {
    const { cursor, edition } = this;
    const { fields, leading } = layout;
    const base = this.reserve(fields.length);
    const added: Added[] = [];
    let keptEnd = cursor.at + 1;
    let hasContent = leading.length > 0;
    let wasKept = false;
    this.insert(leading, keptEnd, '', added);
    for (let index = 0; index < fields.length; index += 1) {
      const field = fields[index] as FieldLayout;
      const start = cursor.at + 1;
      cursor.expect(field.head);
      if (field.isKept && !wasKept) {
        edition.copyTo(keptEnd);
        edition.skipTo(start);
        if (hasContent) edition.insert(',');
      }
      this.field(field, base + 2 * index, start);
      wasKept = field.isKept;
      if (!wasKept) continue;
      keptEnd = cursor.at;
      hasContent = true;
      this.insert(field.insertions, keptEnd, ',', added);
    }
    if (!wasKept) {
      edition.copyTo(keptEnd);
      edition.skipTo(cursor.at);
    }
    this.fill(added, layout, base);
    this.top = base;
  }

  private field(field: FieldLayout, place: number, start: number): void {
    const { cursor, edition, places } = this;
    places[place] = cursor.at;
    if (field.renamed !== null) {
      edition.copyTo(start);
      edition.insert(field.renamed);
      edition.skipTo(cursor.at);
    }
    this.value(field.value);
    places[place + 1] = cursor.at;
  }

  /** Writes an object whose fields come in another order than the client wants them in. */
  private inOrder(layout: ObjectLayout, order: readonly Insertion[]): void {
    const { cursor, edition, places } = this;
    const { fields } = layout;
    const base = this.reserve(fields.length);
    const pieces: (Piece | undefined)[] = [];
    edition.copyTo(cursor.at + 1);
    for (let index = 0; index < fields.length; index += 1) {
      const { head, value, isKept } = fields[index] as FieldLayout;
      cursor.expect(head);
      places[base + 2 * index] = cursor.at;
      this.edition = new Edition(this.text, cursor.at);
      this.value(value);
      places[base + 2 * index + 1] = cursor.at;
      this.edition.copyTo(cursor.at);
      pieces.push(isKept ? this.edition.whole() : undefined);
    }
    this.edition = edition;
    const added: Added[] = [];
    order.forEach((item, position) => {
      if (position > 0) edition.insert(',');
      if (typeof item === 'string') edition.insert(item);
      else if (item < 0) added.push({ fetch: -item - 1, slot: edition.slot() });
      else this.insertField(fields[item] as FieldLayout, pieces[item] ?? '');
    });
    edition.skipTo(cursor.at);
    this.fill(added, layout, base);
    this.top = base;
  }

  private insertField({ head, renamed }: FieldLayout, value: Piece): void {
    this.edition.insert(renamed ?? head.toString('latin1', 1));
    this.edition.insert(value);
  }

  private insert(
    insertions: readonly Insertion[],
    at: number,
    before: string,
    added: Added[],
  ): void {
    if (insertions.length === 0) return;
    const { edition } = this;
    edition.copyTo(at);
    insertions.forEach((insertion, index) => {
      const comma = index > 0 ? ',' : before;
      if (comma) edition.insert(comma);
      if (typeof insertion === 'string') edition.insert(insertion);
      else added.push({ fetch: insertion, slot: edition.slot() });
    });
  }

  /** Once the values of an object's keys are known. */
  private fill(added: readonly Added[], { wants }: ObjectLayout, base: number): void {
    for (const { fetch, slot } of added) {
      const want = wants.find((each) => each.fetch === fetch);
      if (!want) throw new Error(`fetch ${fetch} is not told what for`);
      const hole = this.holeFor(fetch, this.valuesText(want.values, base), () =>
        this.represent(want.representation, base),
      );
      this.edition.fill(slot, hole);
    }
  }

  private valuesText(indexes: readonly number[], base: number): string {
    let text = '';
    for (const index of indexes) {
      const value = this.valueText(base, index);
      text = text === '' ? value : `${text},${value}`;
    }
    return text;
  }

  private represent(parts: readonly (string | number)[], base: number): string {
    let text = '';
    for (const part of parts) text += typeof part === 'string' ? part : this.valueText(base, part);
    return text;
  }

  private valueText(base: number, index: number): string {
    return this.text.slice(this.places[base + 2 * index], this.places[base + 2 * index + 1]);
  }

  /** Room for the places of an object's fields. */
  private reserve(fields: number): number {
    const base = this.top;
    this.top += 2 * fields;
    return base;
  }
}

/** A place where something comes in, and which fetch brings it. */
interface Added {
  fetch: number;
  slot: number;
}
