import { describe, expect, it } from '@jest/globals';
import { createLog } from '@spyhop/platform/log';
import fc, { type Arbitrary } from 'fast-check';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  parse,
  validate,
} from 'graphql';
import { Authorisation } from '../../guard/authorise';
import type { Identity } from '../../guard/identity';
import { POLICIES, RULES, SCOPES, type Who, library } from './library';
import { randomOperations } from './random-operations';

// The same each time.
fc.configureGlobal({ seed: 1 });

const { supergraph, apiSchema } = library();
const log = createLog({ name: 'test', level: 'silent' });

const everybody: Arbitrary<Who> = fc.record({
  signedIn: fc.boolean(),
  scopes: fc.subarray(SCOPES).map((scopes) => new Set(scopes)),
  policies: fc.subarray(POLICIES).map((policies) => new Set(policies)),
});

/** Scopes come with a token only. */
const asked = everybody.map((who) => (who.signedIn ? who : { ...who, scopes: new Set<string>() }));

const identityOf = ({ signedIn, scopes }: Who): Identity | null =>
  signedIn ? { subject: 'ann', scopes, roles: new Set(), claims: {}, expiresAt: null } : null;

async function authorised(document: DocumentNode, who: Who) {
  const authorisation = new Authorisation(
    { supergraph, apiSchema },
    { unauthorised: 'cut', policies: async () => who.policies, log },
  );
  const requirements = authorisation.requirementsOf(document);
  if (!requirements) return { document, errors: [], free: true };
  const decision = await authorisation.decide(requirements, identityOf(who));
  const result = authorisation.authorise(document, decision);
  return { ...result.outcome({ yes: true, no: false }), free: false };
}

interface Mention {
  /** Response keys, dots between. */
  path: string;
  coordinate: string;
  leaf: boolean;
  allowed: boolean;
  /** With `$yes` true and `$no` false. */
  included: boolean;
}

/** Every mention of a field, fragments followed. The walk does not go on below what is not allowed. */
function mentions(document: DocumentNode | null, who: Who): Mention[] {
  const found: Mention[] = [];
  const fragments = new Map<string, FragmentDefinitionNode>();
  let operation: OperationDefinitionNode | undefined;
  for (const definition of document?.definitions ?? []) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    } else if (definition.kind === Kind.OPERATION_DEFINITION) operation = definition;
  }
  const walk = (
    selections: readonly SelectionNode[],
    type: GraphQLCompositeType,
    path: readonly string[],
    reached: boolean,
  ): void => {
    for (const node of selections) {
      const included = reached && isIncluded(node);
      if (node.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(node.name.value);
        if (!fragment) throw new Error(`there is no fragment ${node.name.value}`);
        walk(fragment.selectionSet.selections, named(fragment), path, included);
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        const on = node.typeCondition ? named(node) : type;
        walk(node.selectionSet.selections, on, path, included);
      } else {
        const name = node.name.value;
        const keys = [...path, node.alias?.value ?? name];
        const coordinate = `${type.name}.${name}`;
        const allowed = RULES[coordinate]?.(who) ?? true;
        const leaf = !node.selectionSet;
        found.push({ path: keys.join('.'), coordinate, leaf, allowed, included });
        const fields = isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
        const inner = fields[name] && getNamedType(fields[name].type);
        if (allowed && node.selectionSet && isCompositeType(inner)) {
          walk(node.selectionSet.selections, inner, keys, included);
        }
      }
    }
  };
  const root = operation && apiSchema.getRootType(operation.operation);
  if (operation && root) walk(operation.selectionSet.selections, root, [], true);
  return found;
}

function named(node: {
  readonly typeCondition?: { readonly name: { readonly value: string } };
}): GraphQLCompositeType {
  const type = apiSchema.getType(node.typeCondition?.name.value ?? '');
  if (!isCompositeType(type)) throw new Error('not a composite type');
  return type;
}

const isIncluded = ({ directives = [] }: SelectionNode): boolean =>
  directives.every(({ name, arguments: [condition] = [] }) => {
    const value = condition?.value;
    const holds =
      value?.kind === Kind.BOOLEAN
        ? value.value
        : value?.kind === Kind.VARIABLE && value.name.value === 'yes';
    return holds === (name.value === 'include');
  });

const sorted = (texts: Iterable<string>): string[] => [...new Set(texts)].sort();

const check = (property: (document: DocumentNode, who: Who) => Promise<void>): Promise<void> =>
  fc.assert(
    fc.asyncProperty(randomOperations(apiSchema), asked, async (text, who) => {
      await property(parse(text), who);
    }),
    { numRuns: 150 },
  );

describe('whatever is asked by whomever', () => {
  it('what is left is valid', () =>
    check(async (document, who) => {
      expect(validate(apiSchema, document)).toEqual([]);
      const { document: left } = await authorised(document, who);
      if (left) expect(validate(apiSchema, left)).toEqual([]);
    }));

  it('what is left has nothing that is not allowed', () =>
    check(async (document, who) => {
      const { document: left } = await authorised(document, who);
      expect(mentions(left, who).filter(({ allowed }) => !allowed)).toEqual([]);
    }));

  it('all that is allowed is left', () =>
    check(async (document, who) => {
      const { document: left } = await authorised(document, who);
      const leaves = (from: DocumentNode | null): string[] =>
        sorted(
          mentions(from, who)
            .filter(({ leaf, allowed }) => leaf && allowed)
            .map(({ path, coordinate }) => `${path} ${coordinate}`),
        );
      expect(leaves(left)).toEqual(leaves(document));
    }));

  it('what is refused is named, up to a hundred, unless it is skipped', () =>
    check(async (document, who) => {
      const refused = mentions(document, who).filter(({ allowed }) => !allowed);
      fc.pre(refused.length < 100);
      const { errors } = await authorised(document, who);
      const expected = refused.filter(({ included }) => included).map(({ path }) => path);
      expect(sorted(errors.map(({ path }) => (path ?? []).join('.')))).toEqual(sorted(expected));
      const code = who.signedIn ? 'FORBIDDEN' : 'UNAUTHENTICATED';
      for (const { extensions } of errors) expect(extensions.code).toBe(code);
    }));

  it('what anybody may run is told from what needs an identity', () =>
    check(async (document) => {
      const nobody = { signedIn: false, scopes: new Set<string>(), policies: new Set<string>() };
      const { free } = await authorised(document, nobody);
      expect(free).toBe(mentions(document, nobody).every(({ allowed }) => allowed));
    }));
});
