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
  valueFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { canonicalJson } from './canonical-json';
import type { LiveRules } from './live-rules';
import { refused } from './refused';

/** The list argument by which a subscription is split into upstream subscriptions of one element each. */
export interface Split {
  argument: GraphQLArgument;
  /** What the client wrote there. */
  given: ValueNode;
  maxElements: number;
}

/** What one upstream subscription of a stream asks for. */
export interface Element {
  /** Equal for equal values. */
  id: string;
  /** Of the split argument: a list of one, or as the client gave it what cannot be split. */
  value: unknown;
}

/** The variable that stands in the list's place. */
export const SPLIT_VARIABLE = 'routerElements';

const IN_ITS_PLACE: VariableNode = {
  kind: Kind.VARIABLE,
  name: { kind: Kind.NAME, value: SPLIT_VARIABLE },
};

/** Of a subscription that is not split. */
const WHOLE: readonly Element[] = [{ id: '', value: undefined }];

/**
 * Puts a variable in the place of what a client wrote as the list, so that different lists make one
 * document. Null where there is nothing to split.
 */
export function splitDocument(
  schema: GraphQLSchema,
  document: DocumentNode,
  ruleOf: (field: string) => LiveRules['splitBy'],
): { document: DocumentNode; split: Split } | null {
  const found: Split[] = [];
  const rewritten = mapRootFields(schema, document, (field, declared) => {
    const rule = ruleOf(field.name.value);
    const argument = declared.args.find(({ name }) => name === rule?.argument);
    const written = field.arguments?.find(({ name }) => name.value === rule?.argument);
    if (!rule || !argument || !written) return field;
    found.push({ argument, given: written.value, maxElements: rule.maxElements });
    const replaced = { ...written, value: IN_ITS_PLACE };
    const others = field.arguments?.filter((each) => each !== written) ?? [];
    return { ...field, arguments: [...others, replaced] };
  });
  const [split] = found;
  const others = variablesOf(rewritten);
  // Only who guesses the name has it elsewhere too, and is served without splitting.
  if (!split || others.has(SPLIT_VARIABLE)) return null;
  return { document: withDefinition(rewritten, others, definitionFor(split.argument)), split };
}

/** What a client asks for upstream. Throws RefusedOperation when it is too much. */
export function elementsOf(
  split: Split | null,
  variables: Readonly<Record<string, unknown>>,
): readonly Element[] {
  if (!split) return WHOLE;
  const { argument, given, maxElements } = split;
  const value = valueFromAST(given, argument.type, variables);
  if (!Array.isArray(value) || value.length === 0) return [elementOf(value)];
  if (value.length > maxElements) {
    throw refused('INVALID_INPUT', `\`${argument.name}\` takes at most ${maxElements} elements.`);
  }
  const elements = value.map((one: unknown) => elementOf([one]));
  return [...new Map(elements.map((element) => [element.id, element])).values()];
}

const elementOf = (value: unknown): Element => ({ id: canonicalJson(value), value });

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

/** Variables that are used, but for the one in the list's place. */
export function variablesOf(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Variable: (node) => {
      if (node !== IN_ITS_PLACE) names.add(node.name.value);
    },
  });
  return names;
}

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

const definitionFor = ({ type, defaultValue }: GraphQLArgument): VariableDefinitionNode => ({
  kind: Kind.VARIABLE_DEFINITION,
  variable: IN_ITS_PLACE,
  type: parseType(String(defaultValue === undefined ? type : getNullableType(type))),
});
