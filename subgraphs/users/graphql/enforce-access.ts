import { SpyhopError } from '@spyhop/platform/errors';
import { type Asker, type Decision, decide } from '@spyhop/platform/policy';
import {
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  defaultFieldResolver,
  isNullableType,
  isObjectType,
} from 'graphql';
import { ACCESS_RULES } from '../rules/access-rules';
import { isRecent } from '../rules/recent-authentication';
import { eventBy } from '../rules/security-event';
import type { UsersContext } from './context';

type AccessContext = Pick<
  UsersContext,
  'viewer' | 'now' | 'recentAuthenticationMs' | 'client' | 'ledger'
>;

/** Types whose fields are given and refused by the rules. */
const GUARDED = ['Query', 'Mutation', 'Subscription', 'User'];

/** Has the schema's fields given and refused by the rules that explainAccess explains, whatever resolvers do. */
export function enforceAccess(schema: GraphQLSchema): void {
  for (const name of GUARDED) {
    const type = schema.getType(name);
    if (!isObjectType(type)) continue;
    // Those of federation begin so; what they lead to is guarded.
    const fields = Object.values(type.getFields()).filter((field) => !field.name.startsWith('_'));
    for (const field of fields) guard(field, name);
  }
}

function guard(field: GraphQLField<unknown, UsersContext>, type: string): void {
  const action = `${type}.${field.name}`;
  const mayBeNull = isNullableType(field.type);
  if (type === 'Subscription') {
    field.subscribe = guarded(field.subscribe, action, () => false);
  } else if (type !== 'User') {
    field.resolve = guarded(
      field.resolve,
      action,
      ({ refusal }) => mayBeNull && refusal === 'null',
    );
  } else if (field.resolve) {
    field.resolve = guarded(field.resolve, action, () => mayBeNull);
  } else {
    // What an account is made of goes with it: whoever leads there has asked whether it may be seen. A key may not have all of it.
    const ofKeys = guarded(undefined, action, () => mayBeNull);
    field.resolve = (source, args, context, info) =>
      (context.viewer?.sessionId === null ? ofKeys : defaultFieldResolver)(
        source,
        args,
        context,
        info,
      );
  }
}

/** Asks the rules first. Where `isNull`, what is refused is null instead of an error. */
function guarded(
  resolve: GraphQLFieldResolver<unknown, UsersContext> = defaultFieldResolver,
  action: string,
  isNull: (decision: Decision) => boolean,
): GraphQLFieldResolver<unknown, UsersContext> {
  return (source, args, context, info) => {
    const owner = action.startsWith('User.') ? (source as { id: string }).id : null;
    const decision = decide(ACCESS_RULES, { who: askerOf(context), action, owner });
    if (decision.isAllowed) return resolve(source, args, context, info);
    return isNull(decision) ? null : refuse(decision, action, context);
  };
}

/** Who asks, as the rules look at them: by what their token or key says. */
export function askerOf({ viewer, now, recentAuthenticationMs: withinMs }: AccessContext): Asker {
  if (!viewer) return NOBODY;
  const { userId, sessionId, roles, scopes, authTime } = viewer;
  return {
    ...{ userId, roles: [...roles], scopes: [...scopes], isLocked: false },
    by: sessionId === null ? 'key' : 'session',
    isFresh: isRecent(authTime, { now, withinMs }),
  };
}

export const NOBODY: Asker = {
  ...{ userId: null, roles: [], scopes: [], by: 'nothing', isLocked: false, isFresh: false },
};

/** Throws what the rule says. That somebody was forbidden something in a session of theirs is in the audit log. */
export async function refuse(
  { refusal, because }: Decision,
  field: string,
  { viewer, client, now: at, ledger }: AccessContext,
): Promise<never> {
  const code = refusal === 'null' ? 'FORBIDDEN' : refusal;
  if (code === 'FORBIDDEN' && viewer && viewer.sessionId !== null) {
    const { userId, sessionId } = viewer;
    const denial = { kind: 'ACCESS_DENIED', at, userId, sessionId, details: { field } } as const;
    await ledger.record(eventBy(client, denial));
  }
  throw new SpyhopError(code, because);
}
