import {
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLSchema,
  type ValueNode,
  valueFromAST,
} from 'graphql';
import type { LiveRules } from './live-rules';
import { ownVariable, replaceArgument } from './root-arguments';

/** The argument that says where a subscription goes on. */
export interface Resume {
  argument: GraphQLArgument;
  /** What the client wrote there; null where it wrote nothing. */
  given: ValueNode | null;
}

/** The variable that stands in the argument's place. */
export const RESUME_VARIABLE = 'routerResumeAfter';

export const IN_PLACE_OF_CURSOR = ownVariable(RESUME_VARIABLE);

/**
 * Puts a variable in the place of where a client wants to go on, so that clients at all places, and those
 * that begin, make one document. Null where there is nothing to resume.
 */
export function resumableDocument(
  schema: GraphQLSchema,
  document: DocumentNode,
  ruleOf: (field: string) => LiveRules['resumable'],
): { document: DocumentNode; resume: Resume } | null {
  const replaced = replaceArgument(schema, document, ruleOf, IN_PLACE_OF_CURSOR);
  if (!replaced) return null;
  const { argument, given } = replaced;
  return { document: replaced.document, resume: { argument, given } };
}

/** The cursor behind which a client wants to go on; null for one that begins. */
export function cursorGiven(
  resume: Resume | null,
  variables: Readonly<Record<string, unknown>>,
): string | null {
  if (!resume?.given) return null;
  const value = valueFromAST(resume.given, resume.argument.type, variables);
  return typeof value === 'string' ? value : null;
}
