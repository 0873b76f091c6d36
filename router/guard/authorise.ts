import { SpyhopError } from '@spyhop/platform/errors';
import type { Identity } from '@spyhop/platform/identity';
import type { Log } from '@spyhop/platform/log';
import { type DocumentNode, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import { type PathError, codedError } from '../execute/errors';
import type { LoadedSupergraph } from '../supergraph/load';
import { type RefusedField, cutDocument } from './cut-document';
import { type Condition, RequiredOfSchema } from './requirements';

/**
 * Says which of the policies that `@policy` names hold for who asks; null asks without an identity.
 * A policy that is not among those returned does not hold.
 */
export type EvaluatePolicies = (
  policies: readonly string[],
  identity: Identity | null,
) => Promise<ReadonlySet<string>>;

export const refuseAllPolicies: EvaluatePolicies = async () => new Set();

export interface AuthoriseOptions {
  /** What becomes of a document with fields that the identity may not use: they are cut out, or all is refused. */
  unauthorised: 'cut' | 'refuse';
  policies: EvaluatePolicies;
  log: Log;
}

/** Everything that fields of one document require. */
export interface Requirements {
  conditions: readonly Condition[];
  /** The policies among them. */
  policies: readonly string[];
}

/** What of a document's requirements holds for who asks. */
export interface Decision {
  /** Equal for all who get the same of the document: results of `authorise` may be kept under document and key. */
  key: string;
  failing: ReadonlySet<Condition>;
  anonymous: boolean;
}

/** What a document is for those whom one decision applies to. */
export interface Authorised {
  /** What may be run with these variables, null for nothing, and what the client is told about the rest. */
  outcome(variables: Readonly<Record<string, unknown>>): {
    document: DocumentNode | null;
    errors: readonly PathError[];
    /** Coordinates of the fields that were refused, each once. */
    denied: readonly string[];
  };
}

/**
 * Holds documents against what one supergraph's authorisation directives require.
 * Documents are valid, and each is one operation with its fragments.
 */
export class Authorisation {
  private readonly required: RequiredOfSchema;

  constructor(
    private readonly graph: Pick<LoadedSupergraph, 'supergraph' | 'apiSchema'>,
    private readonly options: AuthoriseOptions,
  ) {
    this.required = new RequiredOfSchema(graph.supergraph.schema);
  }

  /** Null where nothing needs an identity: the document may be run without one, and its results shared. */
  requirementsOf(document: DocumentNode): Requirements | null {
    const found = new Set<Condition>();
    const types = new TypeInfo(this.graph.apiSchema);
    visit(
      document,
      visitWithTypeInfo(types, {
        Field: ({ name }) => {
          const parent = types.getParentType()?.name ?? '';
          for (const condition of this.required.ofField(parent, name.value)) found.add(condition);
        },
      }),
    );
    if (found.size === 0) return null;
    const conditions = [...found];
    return { conditions, policies: policiesOf(conditions) };
  }

  /** Asks for policies only where there are some. Throws UPSTREAM_UNAVAILABLE when they cannot be evaluated. */
  async decide(requirements: Requirements, identity: Identity | null): Promise<Decision> {
    const { conditions, policies } = requirements;
    const granted =
      policies.length > 0 ? await this.evaluate(policies, identity) : new Set<string>();
    const failing = conditions.filter((condition) => !holds(condition, identity, granted));
    const anonymous = identity === null;
    const failed = failing.map((condition) => conditions.indexOf(condition)).join(',');
    return {
      key: `${anonymous ? 'anonymous' : 'known'}:${failed}`,
      failing: new Set(failing),
      anonymous,
    };
  }

  authorise(document: DocumentNode, { failing, anonymous }: Decision): Authorised {
    const { apiSchema } = this.graph;
    const cut = cutDocument(document, apiSchema, this.required, failing);
    return {
      outcome: (variables) => {
        const asked = cut.refused.filter(({ isAsked }) => isAsked(variables));
        const refuse = this.options.unauthorised === 'refuse' && asked.length > 0;
        return {
          document: refuse ? null : cut.document,
          errors: errorsFor(asked, anonymous),
          denied: [...new Set(asked.map(({ coordinate }) => coordinate))],
        };
      },
    };
  }

  private async evaluate(
    policies: readonly string[],
    identity: Identity | null,
  ): Promise<ReadonlySet<string>> {
    try {
      return await this.options.policies(policies, identity);
    } catch (err) {
      this.options.log.warn({ err, policies }, 'policies cannot be evaluated');
      throw new SpyhopError(
        'UPSTREAM_UNAVAILABLE',
        'Whether this may be asked for cannot be found out now; retry later.',
      );
    }
  }
}

const policiesOf = (conditions: readonly Condition[]): string[] => [
  ...new Set(
    conditions.flatMap((condition) =>
      condition.kind === 'policies' ? condition.anyOf.flat() : [],
    ),
  ),
];

function holds(
  condition: Condition,
  identity: Identity | null,
  granted: ReadonlySet<string>,
): boolean {
  if (condition.kind === 'authenticated') return identity !== null;
  const had = condition.kind === 'policies' ? granted : identity?.scopes;
  return condition.anyOf.some((all) => all.every((one) => had?.has(one)));
}

function errorsFor(refused: readonly RefusedField[], anonymous: boolean): PathError[] {
  const byPath = new Map(refused.map((field) => [field.path.join('.'), field]));
  return [...byPath.values()].map(({ path, coordinate, condition }) =>
    anonymous
      ? codedError('UNAUTHENTICATED', `Sign in or send a key to use ${coordinate}.`, [...path])
      : codedError('FORBIDDEN', forbidden(coordinate, condition), [...path]),
  );
}

function forbidden(coordinate: string, condition: Condition): string {
  const refusal = `The identity may not use ${coordinate}`;
  if (condition.kind !== 'scopes') return `${refusal}.`;
  const scopes = condition.anyOf.map((all) => all.join(' and ')).join(', or ');
  return `${refusal}; it needs the scopes ${scopes}.`;
}
