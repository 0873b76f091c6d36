import {
  type DirectiveDefinition,
  type FieldDefinition,
  type InterfaceType,
  type NamedType,
  type ObjectType,
  type Schema,
  isInterfaceType,
  isObjectType,
} from '@apollo/federation-internals';

export type CacheScope = 'PUBLIC' | 'PRIVATE';

/** What one `@cacheControl` says. */
export interface CacheHint {
  /** Seconds, 0 or more. */
  maxAge?: number;
  scope?: CacheScope;
  /** Then there is no `maxAge`, even where both are given. */
  inheritMaxAge?: true;
}

const NO_HINT: CacheHint = {};

/**
 * The `@cacheControl` of a supergraph's types and fields. A subgraph's directives get there only by
 * `@composeDirective`, with a `@link` of any URL that imports it under any name; the schemas that a supergraph
 * is taken apart into have none of them. Where subgraphs disagree on a type they share, composition keeps one
 * hint and says so.
 */
export class CacheHints {
  private readonly ofTypes = new Map<string, CacheHint>();
  private readonly ofFields = new Map<string, CacheHint>();

  constructor(schema: Schema) {
    const directive = cacheControlIn(schema);
    if (!directive) return;
    for (const type of schema.types()) {
      keep(this.ofTypes, type.name, directive, type);
      if (!isObjectType(type) && !isInterfaceType(type)) continue;
      for (const field of type.fields()) {
        keep(this.ofFields, `${type.name}.${field.name}`, directive, field);
      }
    }
  }

  ofType(type: string): CacheHint {
    return this.ofTypes.get(type) ?? NO_HINT;
  }

  ofField(type: string, field: string): CacheHint {
    return this.ofFields.get(`${type}.${field}`) ?? NO_HINT;
  }
}

function cacheControlIn(schema: Schema): DirectiveDefinition | undefined {
  return schema.coreFeatures
    ?.allFeatures()
    .map((feature) => schema.directive(feature.directiveNameInSchema('cacheControl')))
    .find((directive) => directive !== undefined);
}

function keep(
  known: Map<string, CacheHint>,
  name: string,
  directive: DirectiveDefinition,
  element: NamedType | FieldDefinition<ObjectType | InterfaceType>,
): void {
  const [applied] = element.appliedDirectivesOf(directive);
  if (!applied) return;
  const { maxAge, scope, inheritMaxAge } = applied.arguments() as {
    maxAge?: number | null;
    scope?: CacheScope | null;
    inheritMaxAge?: boolean | null;
  };
  known.set(name, {
    ...(scope != null && { scope }),
    ...(inheritMaxAge === true
      ? { inheritMaxAge }
      : maxAge != null && { maxAge: Math.max(0, maxAge) }),
  });
}
