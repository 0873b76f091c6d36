import { ERROR_CODES, SpyhopError } from '@spyhop/platform/errors';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  parse,
  visit,
} from 'graphql';
import { fragmentsIn } from '../fragments';
import { RefusedOperation } from '../plan/refused';

/** What one document may ask for; introspection counts only as `introspectionFields`. */
export interface OperationLimits {
  /** Lexical tokens. */
  tokens: number;
  /** Directives, as written. */
  directives: number;
  /** Fields inside fields. */
  depth: number;
  /** Fields in all, those of a fragment as often as it is spread. */
  height: number;
  /** Fields under another name, counted like `height`. */
  aliases: number;
  /** Fields of the operation's root, counted like `height`. */
  rootFields: number;
  /** Fields of and under `__schema` and `__type`, counted like `height`. */
  introspectionFields: number;
}

const WHAT_IS_LIMITED: Readonly<Record<keyof OperationLimits, string>> = {
  tokens: 'tokens',
  directives: 'directives',
  depth: 'levels of fields',
  height: 'fields, those of fragments counted wherever they are spread',
  aliases: 'aliases, those of fragments counted wherever they are spread',
  rootFields: 'root fields',
  introspectionFields: 'introspection fields',
};

/** Reads a document that keeps within the limits. Throws RefusedOperation. */
export function parseWithin(query: string, limits: OperationLimits): DocumentNode {
  const document = parseTokens(query, limits.tokens);
  const counts = countsOf(document);
  const exceeded = (Object.keys(counts) as (keyof Counts)[]).filter(
    (limit) => counts[limit] > limits[limit],
  );
  if (exceeded.length === 0) return document;
  throw new RefusedOperation(exceeded.map((limit) => tooLarge(limit, limits[limit])));
}

function parseTokens(query: string, maxTokens: number): DocumentNode {
  try {
    return parse(query, { maxTokens });
  } catch (err) {
    // Lists in lists, thousands of levels deep, exhaust the parser's stack.
    if (err instanceof RangeError) throw new RefusedOperation([tooLarge('depth')]);
    if (!(err instanceof GraphQLError)) throw err;
    if (/more tha[nt] \d+ tokens/.test(err.message)) {
      throw new RefusedOperation([tooLarge('tokens', maxTokens)]);
    }
    throw new RefusedOperation([
      new GraphQLError(err.message, {
        nodes: err.nodes,
        source: err.source,
        positions: err.positions,
        extensions: { code: 'GRAPHQL_PARSE_FAILED' },
      }),
    ]);
  }
}

function tooLarge(limit: keyof OperationLimits, allowed?: number): SpyhopError {
  if (allowed === undefined) {
    return new SpyhopError('OPERATION_TOO_LARGE', ERROR_CODES.OPERATION_TOO_LARGE, { limit });
  }
  return new SpyhopError(
    'OPERATION_TOO_LARGE',
    `The document has more than ${allowed} ${WHAT_IS_LIMITED[limit]}; ask for less at once.`,
    { limit, allowed },
  );
}

type Counts = Omit<Record<keyof OperationLimits, number>, 'tokens'>;

/** The most of each that an operation of the document asks for. */
function countsOf(document: DocumentNode): Counts {
  const measure = new Measure(document);
  const largest = { depth: 0, height: 0, aliases: 0, rootFields: 0, introspectionFields: 0 };
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const size = measure.selections(definition.selectionSet);
    for (const name of Object.keys(largest) as (keyof Size)[]) {
      largest[name] = Math.max(largest[name], size[name]);
    }
  }
  return { ...largest, directives: directivesIn(document) };
}

function directivesIn(document: DocumentNode): number {
  let count = 0;
  visit(document, {
    Directive: () => {
      count += 1;
    },
  });
  return count;
}

type Size = Omit<Counts, 'directives'>;

const EMPTY: Size = { depth: 0, height: 0, aliases: 0, rootFields: 0, introspectionFields: 0 };

/** Measures each fragment once, so that fragments that spread fragments cost no more than they are long. */
class Measure {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  private readonly measured = new Map<string, Size>();

  constructor(document: DocumentNode) {
    this.fragments = fragmentsIn(document);
  }

  selections({ selections }: SelectionSetNode): Size {
    const sum = { ...EMPTY };
    for (const node of selections) {
      const size = this.selection(node);
      sum.depth = Math.max(sum.depth, size.depth);
      sum.height += size.height;
      sum.aliases += size.aliases;
      sum.rootFields += size.rootFields;
      sum.introspectionFields += size.introspectionFields;
    }
    return sum;
  }

  private selection(node: SelectionNode): Size {
    if (node.kind === Kind.INLINE_FRAGMENT) return this.selections(node.selectionSet);
    if (node.kind === Kind.FRAGMENT_SPREAD) return this.fragment(node.name.value);
    const name = node.name.value;
    const inner = node.selectionSet ? this.selections(node.selectionSet) : EMPTY;
    if (name === '__schema' || name === '__type') {
      return { ...EMPTY, rootFields: 1, introspectionFields: 1 + inner.height };
    }
    return {
      depth: inner.depth + (name.startsWith('__') ? 0 : 1),
      height: inner.height + 1,
      aliases: inner.aliases + (node.alias ? 1 : 0),
      rootFields: 1,
      introspectionFields: inner.introspectionFields,
    };
  }

  private fragment(name: string): Size {
    const known = this.measured.get(name);
    if (known) return known;
    const fragment = this.fragments.get(name);
    // Unknown fragments and cycles are refused by validation, which takes no longer for them.
    this.measured.set(name, EMPTY);
    const size = fragment ? this.selections(fragment.selectionSet) : EMPTY;
    this.measured.set(name, size);
    return size;
  }
}
