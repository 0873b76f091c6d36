import {
  type Directive,
  type FieldDefinition,
  type InterfaceType,
  type ObjectType,
  type Schema,
  isInterfaceType,
  isObjectType,
} from '@apollo/federation-internals';
import { ConfigError } from '@spyhop/platform/config';
import { type Data, isObject } from '../execute/data';
import { keySelections } from '../plan/live-rules';

/** Throws ConfigError that names all formats that make no sense. */
export const checkTagFormats = (schema: Schema): void => void new TagFormats(schema);

/** The format of a `@cacheTag`: text, and paths into an entity's key or a field's arguments. */
export interface TagFormat {
  text: string;
  parts: readonly (string | readonly string[])[];
}

/** Longer tags are not made: what they would stand for is tagged with the format itself. */
export const MAX_TAG_LENGTH = 512;
const NONE: readonly TagFormat[] = [];

/**
 * The tags that `@cacheTag` (Federation 2.12, https://specs.apollo.dev/cacheTag/v0.1) puts on root fields of queries,
 * as `posts-{$args.author.id}`, and on entities, as `post-{$key.id}`; see
 * https://www.apollographql.com/docs/graphos/routing/performance/caching/response-caching/invalidation.
 * Where a value is not known, a format's own text is the tag.
 */
export class TagFormats {
  private readonly ofTypes = new Map<string, TagFormat[]>();
  private readonly ofFields = new Map<string, TagFormat[]>();
  private readonly matchers: { text: string; pattern: RegExp }[] = [];

  /** Throws ConfigError that names all formats that make no sense. */
  constructor(schema: Schema) {
    const faults: string[] = [];
    for (const type of schema.types()) {
      if (!isObjectType(type) && !isInterfaceType(type)) continue;
      for (const text of formatsOn(type)) {
        const format = parseFormat(text, '$key');
        const fault = format ? keyFault(type, format) : FORMAT_FAULT('$key');
        if (fault) faults.push(`@cacheTag(format: "${text}") on ${type.name}: ${fault}`);
        if (format) append(this.ofTypes, type.name, format);
      }
    }
    for (const field of schema.schemaDefinition.rootType('query')?.fields() ?? []) {
      for (const text of formatsOn(field)) {
        const format = parseFormat(text, '$args');
        const fault = format ? argumentFault(field, format) : FORMAT_FAULT('$args');
        if (fault) faults.push(`@cacheTag(format: "${text}") on Query.${field.name}: ${fault}`);
        if (format) append(this.ofFields, field.name, format);
      }
    }
    if (faults.length > 0) throw new ConfigError(faults);
    for (const format of [...this.ofTypes.values(), ...this.ofFields.values()].flat()) {
      if (format.parts.some((part) => typeof part !== 'string')) {
        this.matchers.push({ text: format.text, pattern: patternOf(format) });
      }
    }
  }

  ofEntity(type: string): readonly TagFormat[] {
    return this.ofTypes.get(type) ?? NONE;
  }

  ofRootField(field: string): readonly TagFormat[] {
    return this.ofFields.get(field) ?? NONE;
  }

  /** The tag, and those of answers that may contain what it stands for although nothing shows it. */
  standingFor(tag: string): readonly string[] {
    const matching = this.matchers.filter(({ pattern }) => pattern.test(tag));
    return [tag, ...matching.map(({ text }) => text)];
  }
}

/** The tag for these keys or arguments. */
export function tagOf({ text, parts }: TagFormat, values: Data): string {
  let tag = '';
  for (const part of parts) {
    const value = typeof part === 'string' ? part : valueAt(values, part);
    if (value === null) return text;
    tag += value;
  }
  return tag.length > MAX_TAG_LENGTH ? text : tag;
}

function valueAt(values: Data, path: readonly string[]): string | null {
  let value: unknown = values;
  for (const step of path) {
    if (!isObject(value) || !Object.hasOwn(value, step)) return null;
    value = value[step];
  }
  const isScalar = ['string', 'number', 'boolean'].includes(typeof value);
  return isScalar ? String(value) : null;
}

/** As composition writes it into a supergraph. */
const COMPOSED_AS = 'join__directive';
const COMPOSED_NAME = 'federation__cacheTag';

const formatsOn = (element: { appliedDirectivesOf(name: string): Directive[] }): string[] =>
  element
    .appliedDirectivesOf(COMPOSED_AS)
    .map((applied) => applied.arguments() as { name: string; args?: { format?: unknown } })
    .filter(({ name }) => name === COMPOSED_NAME)
    .map(({ args }) => String(args?.format));

const append = (known: Map<string, TagFormat[]>, name: string, format: TagFormat): void => {
  known.set(name, [...(known.get(name) ?? []), format]);
};

const PLACEHOLDER = /\{([^{}]*)\}/;
const PATH = /^(\$key|\$args)((?:\.[_A-Za-z]\w*)+)$/;

/** Null for what is no format of that kind. */
function parseFormat(text: string, root: '$key' | '$args'): TagFormat | null {
  const pieces = text.split(PLACEHOLDER);
  const parts = pieces.map((piece, index) => {
    if (index % 2 === 0) return /[{}]/.test(piece) ? null : piece;
    const [, stated, steps = ''] = PATH.exec(piece.trim()) ?? [];
    return stated === root ? steps.slice(1).split('.') : null;
  });
  const valid = parts.filter((part) => part !== null);
  return text === '' || valid.length < parts.length ? null : { text, parts: valid };
}

const FORMAT_FAULT = (root: string): string =>
  `it must be text with placeholders like {${root}.name}`;

const firstSteps = ({ parts }: TagFormat): string[] =>
  parts.flatMap((part) => (typeof part === 'string' ? [] : part.slice(0, 1)));

function keyFault(type: ObjectType | InterfaceType, format: TagFormat): string | null {
  const keys = type
    .appliedDirectivesOf('join__type')
    .map((applied) => applied.arguments() as { key?: string; resolvable?: boolean })
    .filter(({ key, resolvable }) => key !== undefined && resolvable !== false)
    .map(({ key = '' }) => keySelections(key).map((field) => 'name' in field && field.name?.value));
  if (keys.length === 0) return 'the type is no entity that can be resolved';
  const missing = firstSteps(format).find((step) => keys.some((key) => !key.includes(step)));
  return missing === undefined ? null : `not every key has the field "${missing}"`;
}

function argumentFault(field: FieldDefinition<ObjectType>, format: TagFormat): string | null {
  const missing = firstSteps(format).find((step) => !field.argument(step));
  return missing === undefined ? null : `there is no argument "${missing}"`;
}

const patternOf = ({ parts }: TagFormat): RegExp =>
  new RegExp(
    `^${parts.map((part) => (typeof part === 'string' ? escaped(part) : '[^]*')).join('')}$`,
  );

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
