import {
  type DocumentNode,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLSchema,
  Kind,
  TypeInfo,
  type VariableDefinitionNode,
  type VariableNode,
  getNullableType,
  parseType,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** A variable of the router's that stands in the place of what a client wrote. */
export const ownVariable = (value: string): VariableNode => ({
  kind: Kind.VARIABLE,
  name: { kind: Kind.NAME, value },
});

/** Gives an argument of a field the value of a variable, whatever it had before. */
export function withArgument(field: FieldNode, name: string, value: VariableNode): FieldNode {
  const others = field.arguments?.filter((each) => each.name.value !== name) ?? [];
  const replaced = { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value } as const;
  return { ...field, arguments: [...others, replaced] };
}

/** Several mentions of the root field have the same arguments, or the document were not valid. */
export function mapRootFields(
  schema: GraphQLSchema,
  document: DocumentNode,
  map: (field: FieldNode, declared: GraphQLField<unknown, unknown>) => FieldNode,
): DocumentNode {
  const types = new TypeInfo(schema);
  const root = schema.getSubscriptionType();
  return visit(
    document,
    visitWithTypeInfo(types, {
      Field: (field) => {
        const declared = types.getFieldDef();
        return declared && types.getParentType() === root ? map(field, declared) : undefined;
      },
    }),
  );
}

/** Variables that are used, but for the router's own. */
export function variablesOf(
  document: DocumentNode,
  ...own: readonly VariableNode[]
): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Variable: (node) => {
      if (!own.includes(node)) names.add(node.name.value);
    },
  });
  return names;
}

/** The document with a definition for a variable of the router's, and none for those without use. */
export function withDefinition(
  document: DocumentNode,
  used: ReadonlySet<string>,
  added: VariableDefinitionNode,
): DocumentNode {
  return visit(document, {
    OperationDefinition: (operation) => ({
      ...operation,
      variableDefinitions: [
        ...(operation.variableDefinitions ?? []).filter(({ variable }) =>
          used.has(variable.name.value),
        ),
        added,
      ],
    }),
  });
}

export const definitionFor = (
  variable: VariableNode,
  { type, defaultValue }: GraphQLArgument,
): VariableDefinitionNode => ({
  kind: Kind.VARIABLE_DEFINITION,
  variable,
  type: parseType(String(defaultValue === undefined ? type : getNullableType(type))),
});
