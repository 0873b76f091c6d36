import type { ErrorCode } from './errors';

/** Who asks, as far as rules look at it. */
export interface Asker {
  /** Null for nobody. */
  userId: string | null;
  roles: readonly string[];
  scopes: readonly string[];
  /** How they are known: in a session of theirs, by a key, or not at all. */
  by: 'session' | 'key' | 'nothing';
  isLocked: boolean;
  /** Whether they have proved who they are a short while ago. */
  isFresh: boolean;
}

/** What is asked: an action like `Query.users`, and whose it is; null for nobody's, or everybody's. */
export interface AccessRequest {
  who: Asker;
  action: string;
  owner: string | null;
}

/** What must be true of a request; all of what is given. Data, so that rules can be read, shown and compared. */
export interface Condition {
  /** How who asks is known, one of these. */
  by?: readonly Asker['by'][];
  role?: string;
  scope?: string;
  isLocked?: boolean;
  isFresh?: boolean;
  /** Whether what is asked for has an owner who is, or is not, who asks. */
  ownership?: 'own' | 'foreign';
}

/** One rule. It speaks of actions that match, where its condition holds, or does not for `unless`. */
export interface PolicyRule {
  /** Unique among all; what explanations name. */
  id: string;
  effect: 'allow' | 'deny';
  /** `Type.field`; `*` stands for any type or any field. */
  actions: readonly string[];
  /** Actions that it does not speak of. */
  except?: readonly string[];
  when?: Condition;
  unless?: Condition;
  /** What comes of it where it denies: a code, FORBIDDEN unless given, or nothing at all. */
  refusal?: Refusal;
  /** For people. */
  because: string;
}

/** How somebody is refused: with an error of that code, or as if there were nothing. */
export type Refusal = ErrorCode | 'null';

/** What was decided, and why. */
export interface Decision {
  isAllowed: boolean;
  /** The rule that decided; null where none speaks of the request, which is a refusal. */
  rule: string | null;
  because: string;
  /** Of what is not allowed. */
  refusal: Refusal;
  /** Rules that speak of the request, in their order, the one that decided among them. */
  speaking: readonly string[];
}

const NO_RULE = 'No rule allows it.';

/** Of the rules that speak of a request the first that denies decides, or else the first that allows. */
export function decide(rules: readonly PolicyRule[], request: AccessRequest): Decision {
  const speaking = rules.filter((rule) => speaksOf(rule, request));
  const deciding = speaking.find(({ effect }) => effect === 'deny') ?? speaking[0];
  return {
    isAllowed: deciding?.effect === 'allow',
    rule: deciding?.id ?? null,
    because: deciding?.because ?? NO_RULE,
    refusal: deciding?.refusal ?? 'FORBIDDEN',
    speaking: speaking.map(({ id }) => id),
  };
}

function speaksOf(rule: PolicyRule, request: AccessRequest): boolean {
  const { actions, except = [], when, unless } = rule;
  if (!actions.some((pattern) => matches(pattern, request.action))) return false;
  if (except.some((pattern) => matches(pattern, request.action))) return false;
  return (!when || holds(when, request)) && !(unless && holds(unless, request));
}

function matches(pattern: string, action: string): boolean {
  const [patternType, patternField] = pattern.split('.');
  const [type, field] = action.split('.');
  return (
    (patternType === '*' || patternType === type) &&
    (patternField === '*' || patternField === field)
  );
}

function holds(condition: Condition, { who, owner }: AccessRequest): boolean {
  const { by, role, scope, isLocked, isFresh, ownership } = condition;
  if (by !== undefined && !by.includes(who.by)) return false;
  if (role !== undefined && !who.roles.includes(role)) return false;
  if (scope !== undefined && !who.scopes.includes(scope)) return false;
  if (isLocked !== undefined && isLocked !== who.isLocked) return false;
  if (isFresh !== undefined && isFresh !== who.isFresh) return false;
  if (ownership === undefined) return true;
  return owner !== null && (owner === who.userId) === (ownership === 'own');
}
