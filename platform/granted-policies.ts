import { z } from 'zod';
import { type Rule, decide } from './policy';

/** What a router asks of `authorisation.policiesUrl`. */
const Question = z.object({
  policies: z.array(z.string()),
  /** Null for nobody. */
  subject: z.string().nullable(),
  scopes: z.array(z.string()),
  roles: z.array(z.string()),
});

/**
 * Answers a router which policies of `@policy` in the schema hold for whom. A policy's name is an action, like
 * `audit:read`, on the type of resource before the colon; whose it is is not known before the subgraph is asked,
 * so that rules about owners do not apply here. Throws ZodError for what is no such question.
 */
export function grantedPolicies(rules: readonly Rule[], question: unknown): { granted: string[] } {
  const { policies, subject, scopes, roles } = Question.parse(question);
  const principal = { subject, scopes: new Set(scopes), roles: new Set(roles) };
  const granted = policies.filter((action) => {
    const [type = ''] = action.split(':', 1);
    return decide(rules, { principal, action, resource: { type } }).isAllowed;
  });
  return { granted };
}
