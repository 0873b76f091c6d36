import { composeServices } from '@apollo/composition';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLOutputType,
  Kind,
  OperationTypeNode,
  executeSync,
  getNamedType,
  getNullableType,
  getOperationAST,
  isLeafType,
  isListType,
  parse,
  visit,
} from 'graphql';
import { CostModel } from '../../guard/cost';
import { coerceVariables } from '../../plan/variables';
import { buildSupergraph } from '../../supergraph/load';
import { type Operation, operations } from '../federation/operations';

// The same each time.
fc.configureGlobal({ seed: 1 });

/** A library in which nothing, or a little of everything, says what it weighs. */
function library(weighs: boolean) {
  const says = (directive: string): string => (weighs ? directive : '');
  const typeDefs = parse(`
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@cost", "@listSize"])
    interface Item { title: String shelf: Shelf copies(first: Int): [Item!]! }
    union Found = Book | Film | Shelf
    enum Order ${says('@cost(weight: 2)')} { OLD NEW }
    input Filter { above: Int ${says('@cost(weight: 4)')} order: Order also: Filter }
    type Query {
      items(filter: Filter, first: Int = 3): [Item!]! ${says('@listSize(slicingArguments: ["first"], requireOneSlicingArgument: false)')}
      search(text: String ${says('@cost(weight: 3)')}, order: Order): [Found] ${says('@cost(weight: 7)')}
      shelf(id: ID): Shelf
      page(first: Int, last: Int): Page ${says('@listSize(slicingArguments: ["first", "last"], sizedFields: ["items"], requireOneSlicingArgument: false)')}
    }
    type Page { items: [Item] others: [Item] total: Int ${says('@cost(weight: 1)')} }
    type Shelf ${says('@cost(weight: 0)')} { name: String items: [Item!]! }
    type Book implements Item { title: String shelf: Shelf copies(first: Int): [Item!]! ${says('@listSize(assumedSize: 6)')} }
    type Film implements Item ${says('@cost(weight: 9)')} { title: String shelf: Shelf copies(first: Int): [Item!]! }`);
  const composed = composeServices([{ name: 'library', url: 'http://127.0.0.1:1/', typeDefs }]);
  if (!composed.supergraphSdl) throw new Error(composed.errors?.join('\n'));
  return buildSupergraph(composed.supergraphSdl, new Map());
}

const LIST_SIZE = 3;
const { supergraph, apiSchema } = library(true);
const model = new CostModel(supergraph.schema, LIST_SIZE);
const random = operations(apiSchema, OperationTypeNode.QUERY);

function priced(document: DocumentNode, variables: Operation['variables'], by = model): number {
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  const coerced = coerceVariables(apiSchema, operation.variableDefinitions ?? [], variables);
  return by.costOf(document, operation)(coerced);
}

/** The document without the first of several selections somewhere in it. */
function withoutOne(document: DocumentNode, which: number): DocumentNode {
  let count = 0;
  visit(document, {
    SelectionSet: ({ selections }) => void (selections.length > 1 && (count += 1)),
  });
  let at = 0;
  return visit(document, {
    SelectionSet: (set) =>
      set.selections.length > 1 && at++ === which % count
        ? { ...set, selections: set.selections.slice(1) }
        : undefined,
  });
}

/** Fragments written where they are spread, those that are spread in fragments too. */
function writtenOut(document: DocumentNode): DocumentNode {
  const fragments = new Map(
    document.definitions
      .filter((each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  return visit(document, {
    FragmentSpread: ({ name, directives }) => ({
      ...fragments.get(name.value),
      kind: Kind.INLINE_FRAGMENT,
      name: undefined,
      directives,
    }),
  });
}

/** How many objects there are in an answer whose lists are that long, which graphql-js puts together. */
function objectsIn(document: DocumentNode, variables: Operation['variables']): number {
  let objects = 0;
  const sample = (type: GraphQLOutputType): unknown => {
    const inner = getNullableType(type);
    if (isListType(inner)) return Array.from({ length: LIST_SIZE }, () => sample(inner.ofType));
    if (isLeafType(getNamedType(inner))) return '1';
    objects += 1;
    return { kind: objects };
  };
  const { errors } = executeSync({
    schema: apiSchema,
    document,
    variableValues: variables,
    fieldResolver: (_source, _args, _context, { returnType }) => sample(returnType),
    typeResolver: ({ kind }: { kind: number }, _context, { schema }, type) =>
      schema.getPossibleTypes(type)[kind % schema.getPossibleTypes(type).length]?.name,
  });
  expect(errors).toBeUndefined();
  return objects;
}

describe('what an operation is estimated to cost', () => {
  it('is no lower for one more field or fragment', () => {
    fc.assert(
      fc.property(random, fc.nat(), ({ query, variables }, which) => {
        const document = parse(query);
        const less = priced(withoutOne(document, which), variables);
        expect(priced(document, variables)).toBeGreaterThanOrEqual(less);
      }),
    );
  });

  it('is no lower where lists are longer', () => {
    const longer = new CostModel(supergraph.schema, LIST_SIZE + 1);
    fc.assert(
      fc.property(random, ({ query, variables }) => {
        const document = parse(query);
        const cost = priced(document, variables);
        expect(priced(document, variables, longer)).toBeGreaterThanOrEqual(cost);
      }),
    );
  });

  it('is the same whether fragments are spread or written out', () => {
    fc.assert(
      fc.property(random, ({ query, variables }) => {
        const document = parse(query);
        expect(priced(writtenOut(document), variables)).toBe(priced(document, variables));
      }),
    );
  });

  it('is at least the number of objects in its answer where nothing says what it weighs', () => {
    const plain = new CostModel(library(false).supergraph.schema, LIST_SIZE);
    fc.assert(
      fc.property(random, ({ query, variables }) => {
        const document = parse(query);
        const objects = objectsIn(document, variables);
        expect(priced(document, variables, plain)).toBeGreaterThanOrEqual(objects);
      }),
    );
  });
});
