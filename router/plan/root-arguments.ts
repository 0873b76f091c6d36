import {
  type DocumentNode,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLSchema,
  Kind,
  TypeInfo,
  type ValueNode,
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

/** What a variable of the router's has taken the place of. */
interface Replaced<Rule> {
  /** With the variable. */
  document: DocumentNode;
  /** Of the root field whose argument it is. */
  rule: Rule;
  argument: GraphQLArgument;
  /** What the client wrote there; null where it wrote nothing. */
  given: ValueNode | null;
}

/**
 * Puts a variable in the place of the argument that the root field's rule names, so that documents that differ in
 * nothing else become one. Null where there is no such rule or argument.
 */
export function replaceArgument<Rule extends { argument: string }>(
  schema: GraphQLSchema,
  document: DocumentNode,
  ruleOf: (field: string) => Rule | null,
  variable: VariableNode,
): Replaced<Rule> | null {
  const found: Omit<Replaced<Rule>, 'document'>[] = [];
  const rewritten = mapRootFields(schema, document, (field, declared) => {
    const rule = ruleOf(field.name.value);
    const argument = declared.args.find(({ name }) => name === rule?.argument);
    if (!rule || !argument) return field;
    const written = field.arguments?.find(({ name }) => name.value === rule.argument);
    found.push({ rule, argument, given: written?.value ?? null });
    return withArgument(field, argument.name, variable);
  });
  const [first] = found;
  const others = variablesOf(rewritten, variable);
  // A document that uses our variable's name for something of its own is served as it stands.
  if (!first || others.has(variable.name.value)) return null;
  const definition = definitionFor(variable, first.argument);
  return { ...first, document: withDefinition(rewritten, others, definition) };
}

/** Gives an argument of a field the value of a variable, whatever it had before. */
function withArgument(field: FieldNode, name: string, value: VariableNode): FieldNode {
  const others = field.arguments?.filter((each) => each.name.value !== name) ?? [];
  const replaced = { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value } as const;
  return { ...field, arguments: [...others, replaced] };
}

/** Several mentions of the root field have the same arguments, or the document were not valid. */
function mapRootFields(
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
function withDefinition(
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

const definitionFor = (
  variable: VariableNode,
  { type, defaultValue }: GraphQLArgument,
): VariableDefinitionNode => ({
  kind: Kind.VARIABLE_DEFINITION,
  variable,
  type: parseType(String(defaultValue === undefined ? type : getNullableType(type))),
});
