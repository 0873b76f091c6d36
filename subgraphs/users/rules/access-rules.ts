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

const PERSONAL = ['Subscription.securityEvent', 'Subscription.watchlistsChanged'];

/** What people call wallets, and which ones they follow. */
const OWN_WALLETS = [
  'Query.labelledWallets',
  'Query.wallets',
  'Subscription.walletMoved',
  'Wallet.followed',
  'Wallet.ownLabel',
  'Wallet.ownNote',
  'WhaleParty.ownLabel',
];

const OWN_WALLET_CHANGES = [
  'Mutation.labelWallet',
  'Mutation.removeWalletLabel',
  'Mutation.followWallet',
  'Mutation.updateFollowedWallet',
  'Mutation.unfollowWallet',
];

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

/** Of an account what no key sees, its owner's own neither. */
const NOT_FOR_KEYS = [
  'User.apiKeys',
  'User.deletionScheduledFor',
  'User.email',
  'User.preferences',
  'User.secondFactor',
  'User.securityEvents',
  'User.sessions',
];

/** Sessions of users have all of these scopes; keys have those that their owner gave them. */
const needsScope = (scope: string, actions: readonly string[]): PolicyRule => ({
  ...{ id: `scope-${scope}`, effect: 'deny', actions, unless: { scope } },
  because: `It takes the scope ${scope}.`,
});

/** What guards an account, or leads to all that it has; and acts on others' accounts. */
const SENSITIVE = [
  'Mutation.createApiKey',
  'Mutation.rotateApiKey',
  'Mutation.changeEmail',
  'Mutation.changePassword',
  'Mutation.exportMyData',
  'Mutation.requestAccountDeletion',
  'Mutation.startPasskeyRegistration',
  'Mutation.finishPasskeyRegistration',
  'Mutation.removePasskey',
  'Mutation.renewRecoveryCodes',
  'Mutation.setUpTotp',
  'Mutation.confirmTotp',
  'Mutation.removeTotp',
  'Mutation.setRoles',
  'Mutation.lockUser',
  'Mutation.unlockUser',
  'Mutation.revealEmail',
];

/**
 * Who may have which field of the graph. The subgraph refuses by these rules, and the router by the schema's
 * directives before; a test walks over all fields and holds the rules to what really happens.
 */
export const ACCESS_RULES: readonly PolicyRule[] = [
  {
    ...{ id: 'locked', effect: 'deny', actions: ['*.*'] },
    when: { isLocked: true, by: ['session', 'key'] },
    because: 'An administrator has locked the account.',
  },
  {
    ...{ id: 'nobody-is-nobody', effect: 'deny', actions: ['Query.me'], refusal: 'null' },
    when: { by: ['nothing'] },
    because: 'Nobody is signed in.',
  },
  {
    ...{ id: 'sign-in-first', effect: 'deny', refusal: 'UNAUTHENTICATED' },
    actions: ['Mutation.*', 'User.*', ...PERSONAL, ...OWN_WALLETS, ...ADMINISTRATION],
    except: OPEN_MUTATIONS,
    when: { by: ['nothing'] },
    because: 'It takes somebody who is signed in, or a key.',
  },
  {
    ...{ id: 'no-keys', effect: 'deny' },
    actions: ['Mutation.*', ...PERSONAL],
    except: [...OPEN_MUTATIONS, ...OWN_WALLET_CHANGES],
    when: { by: ['key'] },
    because: 'It takes a person who is signed in, not a key.',
  },
  {
    ...{ id: 'keys-see-no-belongings', effect: 'deny', actions: NOT_FOR_KEYS, refusal: 'null' },
    when: { by: ['key'] },
    because: 'Their owner sees it in a session, no key does.',
  },
  needsScope('read:market', ['User.watchlists']),
  needsScope('read:whales', OWN_WALLETS),
  needsScope('write:whales', OWN_WALLET_CHANGES),
  {
    ...{ id: 'administrators-only', effect: 'deny', actions: ADMINISTRATION },
    unless: { role: 'ADMIN', scope: 'admin', by: ['session'] },
    because: 'It takes an administrator who is signed in.',
  },
  {
    ...{ id: 'others-account', effect: 'deny', actions: ['User.*'], except: ACCOUNT },
    refusal: 'null',
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
    ...{ id: 'fresh-proof-first', effect: 'deny', refusal: 'REAUTHENTICATION_REQUIRED' },
    actions: SENSITIVE,
    unless: { isFresh: true },
    because:
      'Prove again who you are: call reauthenticate, then ask once more with the access token that it returns.',
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
