import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentSpreadNode,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  type InlineFragmentNode,
  getDirectiveValues,
  getOperationAST,
  getVariableValues,
  type GraphQLSchema,
  Kind,
  OperationTypeNode,
  OverlappingFieldsCanBeMergedRule,
  type SelectionSetNode,
  TypeInfo,
  executeSync,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  parse,
  print,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Body, TestGraph } from './kit';
import { ALIASES, type Operation, operations } from './operations';
import { ANYWHERE, type StockFault } from './stock-faults';

/** Random operations for every supergraph; FEDERATION_RUNS asks for more, FEDERATION_SEED for others. */
const RUNS = Number(process.env['FEDERATION_RUNS'] ?? 30);
const SEED = Number(process.env['FEDERATION_SEED'] ?? 2_024);
/** It matters only to a test that hangs. */
const TIMEOUT_MS = 600_000 + RUNS * 20_000;

/** Declares a test that asks both the same random operations; those with a fault of the stock one don't count. */
export function itAnswersLikeStock(
  graph: () => TestGraph,
  faults: readonly StockFault[] = [],
  root = OperationTypeNode.QUERY,
): void {
  const known = [...faults, ...ANYWHERE];
  const but = known.map(({ because }) => ` (but ${because})`).join('');
  it(
    `answers ${RUNS} random operations of seed ${SEED} as the stock executor does${but}`,
    async () => {
      const { schema, ask, askStock } = graph();
      const property = fc.asyncProperty(operations(schema, root), async (operation) => {
        const { query, variables } = operation;
        const typed = withTypenames(schema, withoutConditions(schema, operation));
        const [ours, stock] = await Promise.all([
          ask(query, variables),
          askStock(typed, variables),
        ]);
        fc.pre(!known.some((fault) => 'isIn' in fault && fault.isIn(operation, stock, schema)));
        expect(comparablePaths(ours, stock)).toEqual(errorPaths(stock));
        const expected = stock.data && inOrder(schema, operation, stock.data);
        expect(comparable(ours.data, 'ours', known)).toBe(comparable(expected, 'stock', known));
      });
      await fc.assert(property, { numRuns: RUNS, seed: SEED });
    },
    TIMEOUT_MS,
  );
}

const comparable = (data: unknown, whose: 'ours' | 'stock', faults: readonly StockFault[]) =>
  faults.reduce(
    (text, fault) => ('comparable' in fault ? fault.comparable(text, whose) : text),
    JSON.stringify(data) ?? '',
  );

/** The stock executor tells of holes without an error of a subgraph in `extensions` only. */
const errorPaths = ({ errors, extensions }: Body): readonly string[] =>
  (errors ?? extensions?.valueCompletion ?? []).map(({ path }) => JSON.stringify(path)).sort();

/** Of ours without holes that the stock executor says nothing of because a subgraph has an error elsewhere. */
function comparablePaths(ours: Body, stock: Body): readonly string[] {
  const told = new Set(errorPaths(stock));
  const errors = ours.errors?.filter(
    ({ path, extensions }) =>
      !stock.errors || extensions?.['code'] !== 'INTERNAL' || told.has(JSON.stringify(path)),
  );
  return errorPaths({ ...ours, ...(errors && { errors }) });
}

const TYPE_KEY = '__type';

/** Lets every object of an abstract type say what it is. */
function withTypenames(schema: GraphQLSchema, document: DocumentNode): string {
  const types = new TypeInfo(schema);
  const typename: FieldNode = {
    kind: Kind.FIELD,
    alias: { kind: Kind.NAME, value: TYPE_KEY },
    name: { kind: Kind.NAME, value: '__typename' },
  };
  const add = (set: SelectionSetNode): SelectionSetNode | undefined =>
    isAbstractType(types.getParentType()) || set.selections.length === 0
      ? { ...set, selections: [...set.selections, typename] }
      : undefined;
  return print(visit(document, visitWithTypeInfo(types, { SelectionSet: { leave: add } })));
}

/** Without what `@skip` and `@include` leave out: the stock planner now asks for it all the same, now for too little. */
function withoutConditions(schema: GraphQLSchema, { query, variables }: Operation): DocumentNode {
  const document = parse(query);
  const definitions = getOperationAST(document)?.variableDefinitions ?? [];
  const { coerced = {} } = getVariableValues(schema, definitions, variables);
  const keepIncluded = (node: FieldNode | InlineFragmentNode | FragmentSpreadNode) =>
    getDirectiveValues(GraphQLSkipDirective, node, coerced)?.['if'] === true ||
    getDirectiveValues(GraphQLIncludeDirective, node, coerced)?.['if'] === false
      ? null
      : { ...node, directives: [] };
  return visit(document, {
    Field: keepIncluded,
    InlineFragment: keepIncluded,
    FragmentSpread: keepIncluded,
  });
}

/**
 * The stock executor's values in the order that the specification wants (CollectFields), which
 * graphql-js knows: the stock one brings fields forward when they are asked for in several fragments.
 */
function inOrder(schema: GraphQLSchema, { query, variables }: Operation, data: object): unknown {
  return executeSync({
    schema,
    document: parse(query),
    variableValues: variables,
    rootValue: data,
    fieldResolver: (source: Record<string, unknown>, _args, _context, { path }) => source[path.key],
    typeResolver: (value: Record<string, unknown>) => String(value[TYPE_KEY]),
  }).data;
}

/**
 * Declares a test that asks random operations twice: with aliases that no field has for a name, and
 * with names of fields that a plan may need as keys. The stock executor mixes those up.
 */
export function itKeepsAliasesApart(graph: () => TestGraph): void {
  it(
    'does not mix up aliases with fields of that name that it needs itself',
    async () => {
      const { schema, ask } = graph();
      const queries = operations(schema, OperationTypeNode.QUERY);
      const shadowed = fc.tuple(queries, fc.constantFrom(...fieldNames(schema)));
      const property = fc.asyncProperty(shadowed, async ([{ query, variables }, alias]) => {
        const renamed = renameAlias(schema, query, alias);
        fc.pre(renamed !== null);
        const plain = await ask(query, variables);
        // Where the planner fails there is nothing to compare.
        fc.pre(plain.data !== undefined);
        const { data } = await ask(renamed, variables);
        const expected = JSON.stringify(plain.data).replaceAll(`"${ALIAS}":`, `"${alias}":`);
        // The alias may have become one with the field itself.
        expect(JSON.stringify(data)).toBe(JSON.stringify(JSON.parse(expected)));
      });
      await fc.assert(property, { numRuns: Math.ceil(RUNS / 4), seed: SEED });
    },
    TIMEOUT_MS,
  );
}

const [ALIAS] = ALIASES;

/** Null where nothing has the alias, or something else has the name. */
function renameAlias(schema: GraphQLSchema, query: string, alias: string): string | null {
  let isRenamed = false;
  const document = visit(parse(query), {
    Field: (field) => {
      if (field.alias?.value !== ALIAS) return undefined;
      isRenamed = true;
      return { ...field, alias: { ...field.alias, value: alias } };
    },
  });
  const isValid = validate(schema, document, [OverlappingFieldsCanBeMergedRule]).length === 0;
  return isRenamed && isValid ? print(document) : null;
}

function fieldNames(schema: GraphQLSchema): string[] {
  const types = Object.values(schema.getTypeMap());
  const composite = types.filter((type) => isObjectType(type) || isInterfaceType(type));
  const own = composite.filter(({ name }) => !name.startsWith('__'));
  return [...new Set(own.flatMap((type) => Object.keys(type.getFields())))];
}
