import {
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLSchema,
  type ValueNode,
  valueFromAST,
} from 'graphql';
import { canonicalJson } from './canonical-json';
import type { LiveRules } from './live-rules';
import { refused } from './refused';
import { ownVariable, replaceArgument } from './root-arguments';

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

export const IN_PLACE_OF_LIST = ownVariable(SPLIT_VARIABLE);

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
  const replaced = replaceArgument(schema, document, ruleOf, IN_PLACE_OF_LIST);
  if (!replaced?.given) return null;
  const { argument, given, rule } = replaced;
  return { document: replaced.document, split: { argument, given, maxElements: rule.maxElements } };
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
