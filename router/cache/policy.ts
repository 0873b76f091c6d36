import {
  type DocumentNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
} from 'graphql';
import { type Fragments, fragmentsIn } from '../fragments';
import type { RequiredOfSchema } from '../guard/requirements';
import type { CacheHint, CacheHints, CacheScope } from './hints';

/** How long and for whom an answer may be kept. */
export interface CachePolicy {
  /** Whole seconds; 0: not at all. */
  maxAgeSeconds: number;
  /** PRIVATE: for who asked only. */
  scope: CacheScope;
}

export const UNCACHEABLE: CachePolicy = { maxAgeSeconds: 0, scope: 'PUBLIC' };

/** What may be done with an answer that is made of both. */
export const stricter = (a: CachePolicy, b: CachePolicy): CachePolicy => ({
  maxAgeSeconds: Math.min(a.maxAgeSeconds, b.maxAgeSeconds),
  scope: a.scope === 'PRIVATE' ? a.scope : b.scope,
});

/**
 * What a subgraph's `Cache-Control` header (RFC 9111, section 5.2.2) allows at most, less the seconds that the
 * answer was kept on its way (`Age`, section 5.1); null where it says nothing.
 */
export function policyOfHeader(header: string | undefined, age = '0'): CachePolicy | null {
  const directives = (header ?? '').toLowerCase().split(',');
  const said = new Map(
    directives.map((directive) => {
      const [name = '', value = ''] = directive.split('=');
      return [name.trim(), value.trim().replaceAll('"', '')];
    }),
  );
  if (said.has('no-store') || said.has('no-cache')) return UNCACHEABLE;
  const maxAge = said.get('s-maxage') ?? said.get('max-age');
  const scope = said.has('private') ? 'PRIVATE' : 'PUBLIC';
  if (maxAge === undefined && scope === 'PUBLIC') return null;
  const seconds = maxAge === undefined ? Infinity : Number.parseInt(maxAge, 10);
  const left = seconds - (Number.parseInt(age, 10) || 0);
  return { maxAgeSeconds: Number.isNaN(left) ? 0 : Math.max(0, left), scope };
}

/**
 * Finds the policy of whole documents by the rules of Apollo Server
 * (https://www.apollographql.com/docs/apollo-server/performance/caching, "Calculating cache behavior"; its cache control
 * plugin): the smallest `maxAge` of all fields counts, and one PRIVATE makes all private. Root fields, and fields
 * that return objects, are 0 unless something is said of them or of their type; others inherit. Of entities
 * the type must say something (`@apollo/subgraph`, resolver of `_entities`).
 * Stricter here: a field counts whatever `@skip` and `@include` say; on an abstract type, that of every possible
 * type counts, and what interfaces say of it; introspection is never kept, because it may differ by role; and what
 * requires an identity is private whatever is said of it.
 */
export class PolicyReader {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly hints: CacheHints,
    private readonly required: RequiredOfSchema,
  ) {}

  /** Of a valid operation. */
  ofOperation(document: DocumentNode, operation: OperationDefinitionNode): CachePolicy {
    const root = this.schema.getQueryType();
    if (operation.operation !== OperationTypeNode.QUERY || !root) return UNCACHEABLE;
    const fragments = fragmentsIn(document);
    return policyOf((limits) =>
      this.walk({ fragments, limits, isRoot: true }, operation.selectionSet, [root]),
    );
  }

  /** Of what a planner's fetch asks for about entities. */
  ofEntities(document: DocumentNode): CachePolicy {
    const fragments = fragmentsIn(document);
    return policyOf((limits) => {
      for (const { typeName, selectionSet } of entitySelections(document, fragments)) {
        const type = this.schema.getType(typeName);
        if (!isCompositeType(type)) throw new Error(`the supergraph has no entity ${typeName}`);
        const { maxAge = 0, scope } = this.hints.ofType(typeName);
        limits.restrict({ maxAge, scope });
        this.walk({ fragments, limits, isRoot: false }, selectionSet, this.objectTypes(type));
      }
    });
  }

  private walk(at: Place, { selections }: SelectionSetNode, types: readonly ObjectType[]): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        this.visitField(at, selection.name.value, selection.selectionSet, types);
        continue;
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? at.fragments.get(selection.name.value)
          : selection;
      const condition = fragment?.typeCondition?.name.value;
      const narrowed =
        condition === undefined
          ? types
          : types.filter((type) => this.objectTypes(this.schema.getType(condition)).includes(type));
      if (fragment) this.walk(at, fragment.selectionSet, narrowed);
    }
  }

  private visitField(
    at: Place,
    name: string,
    selectionSet: SelectionSetNode | undefined,
    types: readonly ObjectType[],
  ): void {
    const below = new Set<ObjectType>();
    for (const type of types) {
      if (this.required.ofField(type.name, name).length > 0) at.limits.restrict(PRIVATE);
      const field = type.getFields()[name];
      if (field) {
        at.limits.restrict(this.limitOf(type, field, at.isRoot));
        for (const { name: named } of type.getInterfaces()) {
          const { maxAge, scope } = this.hints.ofField(named, name);
          at.limits.restrict({ maxAge, scope });
        }
        for (const next of this.objectTypes(getNamedType(field.type))) below.add(next);
      } else if (name !== '__typename') {
        at.limits.restrict(NEVER);
      }
    }
    if (selectionSet) this.walk({ ...at, isRoot: false }, selectionSet, [...below]);
  }

  private limitOf(type: ObjectType, field: GraphQLField<unknown, unknown>, isRoot: boolean): Limit {
    const returned = getNamedType(field.type);
    const isComposite = isCompositeType(returned);
    const ofType = isComposite ? this.hints.ofType(returned.name) : {};
    const own = this.hints.ofField(type.name, field.name);
    const isInherited = own.inheritMaxAge === true && ofType.maxAge === undefined;
    const maxAge = isInherited ? undefined : (own.maxAge ?? ofType.maxAge);
    const inherits = isInherited || ofType.inheritMaxAge === true;
    const isUnsaid = maxAge === undefined && (isRoot || (isComposite && !inherits));
    return { maxAge: isUnsaid ? 0 : maxAge, scope: own.scope ?? ofType.scope };
  }

  private objectTypes(type: unknown): readonly ObjectType[] {
    if (isObjectType(type)) return [type];
    return isAbstractType(type) ? this.schema.getPossibleTypes(type) : [];
  }
}

type ObjectType = GraphQLObjectType;
type Limit = Pick<CacheHint, 'maxAge' | 'scope'>;

interface Place {
  fragments: Fragments;
  limits: { restrict(limit: Limit): void };
  isRoot: boolean;
}

const PRIVATE: Limit = { scope: 'PRIVATE' };
const NEVER: Limit = { maxAge: 0 };

/** The type conditions directly under `_entities` and what is selected there. */
function entitySelections(
  { definitions }: DocumentNode,
  fragments: Fragments,
): {
  typeName: string;
  selectionSet: SelectionSetNode;
}[] {
  const operation = definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const fields = operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet : undefined;
  return (fields?.selections ?? []).flatMap((entities) => {
    const inside = entities.kind === Kind.FIELD ? entities.selectionSet : undefined;
    return (inside?.selections ?? []).flatMap((selection) => {
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      if (fragment?.kind === Kind.FIELD || !fragment?.typeCondition) return [];
      return [{ typeName: fragment.typeCondition.name.value, selectionSet: fragment.selectionSet }];
    });
  });
}

function policyOf(visit: (limits: Place['limits']) => void): CachePolicy {
  let maxAgeSeconds = Infinity;
  let scope: CacheScope = 'PUBLIC';
  visit({
    restrict: (limit) => {
      maxAgeSeconds = Math.min(maxAgeSeconds, limit.maxAge ?? Infinity);
      if (limit.scope === 'PRIVATE') scope = limit.scope;
    },
  });
  return { maxAgeSeconds: Number.isFinite(maxAgeSeconds) ? maxAgeSeconds : 0, scope };
}
