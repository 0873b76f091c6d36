import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import type { OperationText } from './operations';

/** Enough for the planner's code to be compiled. */
const MOST_QUERIES = 12;
const DEPTH = 3;
const FIELDS_PER_OBJECT = 12;

/**
 * Queries that go through a schema, one for each root field. Whoever asks first would otherwise wait
 * several times as long for a plan, because none of the planner's code has run before.
 */
export function rehearsal(schema: GraphQLSchema): OperationText[] {
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {});
  return fields.slice(0, MOST_QUERIES).map((field) => ({
    query: rehearsalOf(field),
    operationName: null,
  }));
}

function rehearsalOf(field: GraphQLField<unknown, unknown>): string {
  const required = field.args.filter(isRequiredArgument);
  const definitions = required.map(({ name, type }) => `$${name}: ${String(type)}`);
  const values = required.map(({ name }) => `${name}: $${name}`);
  const [given, passed] = [definitions, values].map((all) =>
    all.length > 0 ? `(${all.join(', ')})` : '',
  );
  return `query Rehearsal${given} { ${field.name}${passed}${selectionOf(field, DEPTH)} }`;
}

function selectionOf(field: GraphQLField<unknown, unknown>, depth: number): string {
  const type = getNamedType(field.type);
  if (isLeafType(type)) return '';
  return isObjectType(type)
    ? ` { __typename ${fieldsOf(type, depth).join(' ')} }`
    : ' { __typename }';
}

const fieldsOf = (type: GraphQLObjectType, depth: number): string[] =>
  Object.values(type.getFields())
    .filter((field) => !field.args.some(isRequiredArgument))
    .filter((field) => depth > 1 || isLeafType(getNamedType(field.type)))
    .slice(0, FIELDS_PER_OBJECT)
    .map((field) => field.name + selectionOf(field, depth - 1));
