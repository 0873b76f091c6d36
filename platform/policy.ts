/** Who asks, as far as rules look at it. */
export interface Principal {
  /** Null for nobody. */
  subject: string | null;
  roles: ReadonlySet<string>;
  scopes: ReadonlySet<string>;
}

/** What is asked for. */
export interface AccessRequest {
  principal: Principal;
  /** Like `watchlist:update`. */
  action: string;
  /** What it is done to; its owner where it has one. */
  resource: { type: string; ownerId?: string | null };
}

/** What must hold besides; all that is said. */
export interface Condition {
  /** The resource is the asker's own. */
  isOwner?: boolean;
  /** At least one of them. */
  anyRole?: readonly string[];
  /** All of them. */
  allScopes?: readonly string[];
}

/** One rule, as data. `*` in place of the last part of an action stands for all, `*` alone for everything. */
export interface Rule {
  /** Names it where a decision is explained. */
  id: string;
  effect: 'allow' | 'deny';
  /** Anybody, or only who is signed in. */
  who: 'anyone' | 'signed-in';
  actions: readonly string[];
  /** Types of resources; `*` for all. */
  resources: readonly string[];
  when?: Condition;
}

/** Why a rule did not apply. */
export type Unmet = 'signed-in' | 'isOwner' | 'anyRole' | 'allScopes';

/** A decision and how it came about. */
export interface Decision {
  isAllowed: boolean;
  /** The rule that decided; null where none applied, which refuses. */
  by: string | null;
  /** Each rule about this action and resource, in order; what kept it from applying, empty where it applied. */
  considered: readonly { id: string; effect: Rule['effect']; unmet: readonly Unmet[] }[];
}

/**
 * Decides by all rules at once, whatever their order: a denial that applies stands above every permission, and
 * what nothing allows is refused (deny overrides, as XACML 3.0, appendix C.2, has it).
 */
export function decide(rules: readonly Rule[], request: AccessRequest): Decision {
  const considered = rules
    .filter((rule) => isAbout(rule, request))
    .map((rule) => ({ id: rule.id, effect: rule.effect, unmet: unmetBy(rule, request) }));
  const applied = considered.filter(({ unmet }) => unmet.length === 0);
  const decisive = applied.find(({ effect }) => effect === 'deny') ?? applied[0];
  return { isAllowed: decisive?.effect === 'allow', by: decisive?.id ?? null, considered };
}

const isAbout = ({ actions, resources }: Rule, { action, resource }: AccessRequest): boolean =>
  actions.some((pattern) => matches(pattern, action)) &&
  resources.some((type) => type === '*' || type === resource.type);

const matches = (pattern: string, action: string): boolean =>
  pattern === '*' ||
  pattern === action ||
  (pattern.endsWith(':*') && action.startsWith(pattern.slice(0, -1)));

function unmetBy({ who, when = {} }: Rule, { principal, resource }: AccessRequest): Unmet[] {
  const { isOwner, anyRole, allScopes } = when;
  const { subject, roles, scopes } = principal;
  const owns = subject !== null && resource.ownerId === subject;
  const unmet: [Unmet, boolean][] = [
    ['signed-in', who === 'signed-in' && subject === null],
    ['isOwner', isOwner !== undefined && owns !== isOwner],
    ['anyRole', anyRole !== undefined && !anyRole.some((role) => roles.has(role))],
    ['allScopes', allScopes !== undefined && !allScopes.every((scope) => scopes.has(scope))],
  ];
  return unmet.filter(([, fails]) => fails).map(([name]) => name);
}
