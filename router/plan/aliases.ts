import {
  type DocumentNode,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  visit,
} from 'graphql';

/** No field starts like this. */
const OURS = '_client_';

/**
 * A client may call one field what another is called, and the planner would take it for that other one
 * where it needs it as a key. Such aliases are called otherwise until the answer is written.
 */
export function keepAliasesApart(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const names = fieldNames(schema);
  return visit(document, {
    Field: (field) => {
      const alias = field.alias?.value;
      if (alias === undefined || alias === field.name.value || !names.has(alias)) return undefined;
      return { ...field, alias: { ...field.alias, value: `${OURS}${alias}` } };
    },
  });
}

/** What the client calls a field of a response. */
export const clientKey = (key: string): string =>
  key.startsWith(OURS) ? key.slice(OURS.length) : key;

const known = new WeakMap<GraphQLSchema, ReadonlySet<string>>();

function fieldNames(schema: GraphQLSchema): ReadonlySet<string> {
  const names = known.get(schema) ?? new Set(['__typename', ...fieldsOf(schema)]);
  known.set(schema, names);
  return names;
}

const fieldsOf = (schema: GraphQLSchema): string[] =>
  Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) || isInterfaceType(type) ? Object.keys(type.getFields()) : [],
  );
