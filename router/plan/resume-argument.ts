import {
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLSchema,
  type ValueNode,
  valueFromAST,
} from 'graphql';
import type { LiveRules } from './live-rules';
import {
  definitionFor,
  mapRootFields,
  ownVariable,
  variablesOf,
  withArgument,
  withDefinition,
} from './root-arguments';

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
  const found: Resume[] = [];
  const rewritten = mapRootFields(schema, document, (field, declared) => {
    const rule = ruleOf(field.name.value);
    const argument = declared.args.find(({ name }) => name === rule?.argument);
    if (!rule || !argument) return field;
    const written = field.arguments?.find(({ name }) => name.value === rule.argument);
    found.push({ argument, given: written?.value ?? null });
    return withArgument(field, argument.name, IN_PLACE_OF_CURSOR);
  });
  const [resume] = found;
  const others = variablesOf(rewritten, IN_PLACE_OF_CURSOR);
  // Only who guesses the name has it elsewhere too, and is served as any other.
  if (!resume || others.has(RESUME_VARIABLE)) return null;
  const definition = definitionFor(IN_PLACE_OF_CURSOR, resume.argument);
  return { document: withDefinition(rewritten, others, definition), resume };
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
