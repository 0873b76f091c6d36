import {
  type ASTVisitor,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  TypeInfo,
  isInterfaceType,
  isObjectType,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** What starts like this is called otherwise until the answer is written. */
const OURS = '_client_';

/**
 * A client may call one field what another is called, or ask for a field with other arguments than a
 * `@requires` does, and the planner would take the one for the other. Such fields are called otherwise
 * until the answer is written, and so are those that every JavaScript object has.
 */
export function keepAliasesApart(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const names = fieldNames(schema);
  const types = new TypeInfo(schema);
  const visitor: ASTVisitor = {
    // What graphql-js answers about the schema collides with nothing.
    FragmentDefinition: ({ typeCondition }) =>
      typeCondition.name.value.startsWith('__') ? false : undefined,
    Field: (field) => {
      const key = field.alias?.value ?? field.name.value;
      if (!key.startsWith(OURS)) {
        if (field.name.value.startsWith('__')) return false;
        // It is alone.
        if (types.getParentType() === schema.getSubscriptionType()) return undefined;
        const hasArguments = (field.arguments ?? []).length > 0;
        const isTaken = key !== field.name.value && (names.has(key) || key in Object.prototype);
        if (!hasArguments && !isTaken) return undefined;
      }
      return { ...field, alias: { kind: Kind.NAME, value: `${OURS}${key}` } };
    },
  };
  return visit(document, visitWithTypeInfo(types, visitor));
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
