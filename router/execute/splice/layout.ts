import type { FetchNode } from '@apollo/query-planner';

/**
 * How the text of a value is checked. An `id` is a string or a whole number, a `choice` one of some strings, a
 * `scalar` any string, number or boolean.
 */
export type ValueKind =
  'text' | 'integer' | 'number' | 'boolean' | 'id' | 'choice' | 'scalar' | 'list' | 'object';

/** What must stand at a place of an answer, so that its text may be passed on. */
export interface ValueLayout {
  kind: ValueKind;
  nullable: boolean;
  /** Of a choice: the texts that there are, in quotes. */
  choices: readonly Buffer[] | null;
  /** Of a list. */
  item: ValueLayout | null;
  /** Of an object. */
  object: ObjectLayout | null;
  /** Its text is passed on unchanged. */
  isPlain: boolean;
}

/** What comes into an object's text: a text, or what a fetch brings, by its index. */
export type Insertion = string | number;

/** A field as its subgraph writes it. */
export interface FieldLayout {
  /** What comes before the value: a brace or a comma, the key as JSON, a colon. */
  head: Buffer;
  value: ValueLayout;
  /** The client gets it. */
  isKept: boolean;
  /** The client's key as JSON, with its colon, where it is another. */
  renamed: string | null;
  /** What comes behind it. */
  insertions: readonly Insertion[];
}

/** What a later fetch needs of an object to find the entity. */
export interface Want {
  /** By its index. */
  fetch: number;
  /** Texts, and indexes of fields whose values come between. */
  representation: readonly (string | number)[];
  /** Indexes of the fields in which entities differ. */
  values: readonly number[];
}

/** An object of a subgraph's answer, and what is made of it. */
export interface ObjectLayout {
  /** In the order of the fetch's selection (GraphQL specification, "Serialized Map Ordering"). */
  fields: readonly FieldLayout[];
  /** What comes before the first field that is kept. */
  leading: readonly Insertion[];
  /**
   * The client's order where it is another one: indexes of fields, and insertions as texts or below zero
   * (-1 for the first fetch); null where fields are passed on as they come.
   */
  order: readonly Insertion[] | null;
  wants: readonly Want[];
  /** Its text is passed on unchanged. */
  isPlain: boolean;
}

/** One fetch of a plan and what its answer looks like. */
export interface FetchLayout {
  node: FetchNode;
  /** Of the root, or of each entity. */
  object: ObjectLayout;
}

/** The order in which fetches run, by their indexes. */
export type Course =
  { kind: 'fetch'; index: number } | { kind: 'sequence' | 'parallel'; parts: readonly Course[] };

/** A plan whose answers are put together from pieces of what subgraphs wrote. */
export interface AnswerLayout {
  fetches: readonly FetchLayout[];
  course: Course;
  /** Of the client's root object. */
  root: readonly Insertion[];
}
