import type { AnswerPost } from '@spyhop/platform/metrics';
import { type Asker, decide } from '@spyhop/platform/policy';
import { z } from 'zod';
import { NOT_A_ROUTER, asksWith } from './api-key-endpoint';
import { ACCESS_RULES, policyAction } from './rules/access-rules';
import type { UserStore } from './store/users';

/** On the admin port: tells routers which policies hold for somebody. */
export const POLICIES_PATH = '/policies';

const Question = z.object({
  policies: z.array(z.string().max(64)).max(100),
  subject: z.string().nullable(),
  scopes: z.array(z.string()),
  roles: z.array(z.string()),
  claims: z.looseObject({ sid: z.uuid().nullish() }),
});

const UNREADABLE = { status: 400 };

/**
 * Answers who knows the secret, like a router, with those of the policies that hold, by the rules that explainAccess
 * explains. What somebody's roles are is looked up: a token may say what they were.
 */
export function answerPolicies(users: Pick<UserStore, 'find'>, secret: string): AnswerPost {
  const isRouter = asksWith(secret);
  return async ({ body, headers }) => {
    if (!isRouter(headers)) return NOT_A_ROUTER;
    const question = Question.safeParse(body).data;
    if (!question) return UNREADABLE;
    const who = await askerOf(question, users);
    const granted = question.policies.filter(
      (policy) =>
        decide(ACCESS_RULES, { who, action: policyAction(policy), owner: null }).isAllowed,
    );
    return { status: 200, body: { granted } };
  };
}

const NOBODY: Asker = { userId: null, roles: [], scopes: [], by: 'nothing', isLocked: false };

async function askerOf(
  { subject, scopes, roles, claims }: z.output<typeof Question>,
  users: Pick<UserStore, 'find'>,
): Promise<Asker> {
  const userId = z.uuid().safeParse(subject).data;
  const account = userId === undefined ? null : await users.find(userId);
  if (!account) return NOBODY;
  return {
    userId: account.id,
    // Neither what they were nor what their token does not say.
    roles: roles.filter((role) => account.roles.includes(role)),
    scopes,
    by: claims.sid == null ? 'key' : 'session',
    isLocked: account.lockedAt !== null,
  };
}
