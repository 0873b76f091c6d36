import type { PolicyRule } from '@spyhop/platform/policy';

/** What rules say of a policy that the schema names by `@policy`. */
export function policyAction(policy: string): string {
  return `Policy.${policy}`;
}

/** What nobody needs to sign in for. */
const OPEN_MUTATIONS = [
  'Mutation.register',
  'Mutation.verifyEmail',
  'Mutation.resendVerification',
  'Mutation.requestPasswordReset',
  'Mutation.resetPassword',
  'Mutation.signIn',
  'Mutation.confirmSecondFactor',
  'Mutation.startPasskeySignIn',
  'Mutation.finishPasskeySignIn',
  'Mutation.refreshSession',
];

const PERSONAL = ['Query.me', 'Subscription.securityEvent', 'Subscription.watchlistsChanged'];

/** What administrators see of others' accounts; the address masked. */
const ACCOUNT = [
  'User.id',
  'User.email',
  'User.emailVerified',
  'User.displayName',
  'User.roles',
  'User.createdAt',
  'User.lockedAt',
];

const ADMINISTRATION = [
  'Query.user',
  'Query.users',
  'Query.auditLog',
  'Query.securityEvents',
  'Query.explainAccess',
  'Mutation.setRoles',
  'Mutation.lockUser',
  'Mutation.unlockUser',
  'Mutation.revealEmail',
  policyAction('administrator'),
];

/**
 * Who may have which field of the graph. What enforces it are the schema's directives in the router, and the
 * resolvers; a test walks over all fields and holds these rules to what really happens.
 */
export const ACCESS_RULES: readonly PolicyRule[] = [
  {
    ...{ id: 'locked', effect: 'deny', actions: ['*.*'] },
    when: { isLocked: true, by: ['session', 'key'] },
    because: 'An administrator has locked the account.',
  },
  {
    ...{ id: 'sign-in-first', effect: 'deny' },
    actions: ['Mutation.*', 'User.*', ...PERSONAL, ...ADMINISTRATION],
    except: OPEN_MUTATIONS,
    when: { by: ['nothing'] },
    because: 'It takes somebody who is signed in, or a key.',
  },
  {
    ...{ id: 'no-keys', effect: 'deny' },
    actions: [
      'Mutation.*',
      'Subscription.securityEvent',
      'Subscription.watchlistsChanged',
      'User.securityEvents',
    ],
    except: OPEN_MUTATIONS,
    when: { by: ['key'] },
    because: 'It takes a person who is signed in, not a key.',
  },
  {
    ...{ id: 'administrators-only', effect: 'deny', actions: ADMINISTRATION },
    unless: { role: 'ADMIN', scope: 'admin', by: ['session'] },
    because: 'It takes an administrator who is signed in.',
  },
  {
    ...{ id: 'others-account', effect: 'deny', actions: ['User.*'], except: ACCOUNT },
    when: { ownership: 'foreign' },
    because: 'It is for the owner of the account only.',
  },
  {
    ...{ id: 'others-account-unless-administrator', effect: 'deny', actions: ACCOUNT },
    when: { ownership: 'foreign' },
    unless: { role: 'ADMIN', scope: 'admin', by: ['session'] },
    because: 'Of others only administrators see the account.',
  },
  {
    ...{ id: 'open-policies', effect: 'allow', actions: [policyAction('administrator')] },
    because: 'Nothing speaks against it.',
  },
  {
    ...{ id: 'open', effect: 'allow', actions: ['*.*'], except: ['Policy.*'] },
    because: 'Nothing speaks against it.',
  },
];
