import {
  AuthenticatedSpecDefinition,
  type DirectiveDefinition,
  type FieldDefinition,
  type InterfaceType,
  type NamedType,
  type ObjectType,
  PolicySpecDefinition,
  RequiresScopesSpecDefinition,
  type Schema,
  baseType,
  isInterfaceType,
  isObjectType,
} from '@apollo/federation-internals';

/** One thing that must hold; equal ones are the same object. */
export type Condition =
  | { kind: 'authenticated' }
  /** All of the scopes, or policies, of at least one of the lists. */
  | { kind: 'scopes' | 'policies'; anyOf: readonly (readonly string[])[] };

type Conditions = readonly Condition[];

const NONE: Conditions = [];

/**
 * What the fields and types of a supergraph require, by `@authenticated`, `@requiresScopes` and `@policy` as
 * https://www.apollographql.com/docs/graphos/routing/security/authorization defines them:
 * lists are alternatives of which each asks for all that it names, an empty list asks for nothing;
 * what a field requires, its parent type and its return type must hold together.
 * Since Federation 2.9.4 an interface inherits what its implementing types require when it is composed.
 * For older supergraphs that is so here, for the interface's fields.
 */
export class RequiredOfSchema {
  private readonly ofTypes = new Map<string, Conditions>();
  private readonly ofFields = new Map<string, Conditions>();

  constructor(schema: Schema) {
    const read = new DirectiveReader(schema);
    if (read.directives.length === 0) return;
    for (const type of schema.types()) {
      keep(this.ofTypes, type.name, read.conditionsOf(type));
      if (!isObjectType(type) && !isInterfaceType(type)) continue;
      for (const field of type.fields()) {
        keep(this.ofFields, `${type.name}.${field.name}`, requiredOfField(type, field, read));
      }
    }
  }

  /** Of a field on that type; `__typename` requires what the type does, other meta fields nothing. */
  ofField(type: string, field: string): Conditions {
    if (field === '__typename') return this.ofTypes.get(type) ?? NONE;
    return this.ofFields.get(`${type}.${field}`) ?? NONE;
  }
}

function keep(known: Map<string, Conditions>, name: string, conditions: Conditions): void {
  if (conditions.length > 0) known.set(name, [...new Set(conditions)]);
}

function requiredOfField(
  type: ObjectType | InterfaceType,
  field: FieldDefinition<ObjectType | InterfaceType>,
  read: DirectiveReader,
): Conditions {
  const elements = [field, type, ...(field.type ? [baseType(field.type)] : [])];
  const own = elements.flatMap((element) => read.conditionsOf(element));
  if (!isInterfaceType(type)) return own;
  const inherited = type.possibleRuntimeTypes().flatMap((implementing) => {
    const implemented = implementing.field(field.name);
    return implemented ? requiredOfField(implementing, implemented, read) : [];
  });
  return [...own, ...inherited];
}

const SPECS = [
  ['authenticated', AuthenticatedSpecDefinition],
  ['scopes', RequiresScopesSpecDefinition],
  ['policies', PolicySpecDefinition],
] as const;

interface Directive {
  kind: Condition['kind'];
  definition: DirectiveDefinition;
}

/** Reads the three directives off a schema's elements, under whatever names it links them. */
class DirectiveReader {
  readonly directives: readonly Directive[];
  private readonly known = new Map<string, Condition>();

  constructor(schema: Schema) {
    this.directives = SPECS.flatMap(([kind, { identity, directiveName }]) => {
      const linked = schema.coreFeatures?.getByIdentity(identity);
      const definition = linked && schema.directive(linked.directiveNameInSchema(directiveName));
      return definition ? [{ kind, definition }] : [];
    });
  }

  conditionsOf(element: NamedType | FieldDefinition<ObjectType | InterfaceType>): Condition[] {
    return this.directives.flatMap(({ kind, definition }) =>
      element
        .appliedDirectivesOf(definition)
        .map((applied) => conditionOf(kind, applied.arguments()))
        .filter((condition) => condition !== null)
        .map((condition) => this.theOne(condition)),
    );
  }

  private theOne(condition: Condition): Condition {
    const text = JSON.stringify(condition);
    const known = this.known.get(text) ?? condition;
    this.known.set(text, known);
    return known;
  }
}

function conditionOf(
  kind: Condition['kind'],
  given: Readonly<Record<string, unknown>>,
): Condition | null {
  if (kind === 'authenticated') return { kind };
  const anyOf = given[kind] as readonly (readonly string[])[];
  return anyOf.length === 0 || anyOf.some((all) => all.length === 0) ? null : { kind, anyOf };
}
