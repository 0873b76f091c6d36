import { graphql } from '../../../generated/gql';
import type { AccountFactsFragment, AuditLogQuery } from '../../../generated/graphql';

graphql(`
  fragment AccountFacts on User {
    id
    email
    displayName
    roles
    createdAt
    lockedAt
  }
`);

export const ACCOUNTS = graphql(`
  query Accounts($filter: UserFilter, $first: Int!, $after: String) {
    users(filter: $filter, first: $first, after: $after) {
      edges {
        node {
          ...AccountFacts @unmask
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const ACCOUNT = graphql(`
  query Account($id: ID!) {
    user(id: $id) {
      ...AccountFacts @unmask
    }
  }
`);

export const SET_ROLES = graphql(`
  mutation SetRoles($id: ID!, $roles: [Role!]!) {
    setRoles(id: $id, roles: $roles) {
      ...AccountFacts @unmask
    }
  }
`);

export const LOCK_USER = graphql(`
  mutation LockUser($id: ID!, $reason: String!) {
    lockUser(id: $id, reason: $reason) {
      ...AccountFacts @unmask
    }
  }
`);

export const UNLOCK_USER = graphql(`
  mutation UnlockUser($id: ID!) {
    unlockUser(id: $id) {
      ...AccountFacts @unmask
    }
  }
`);

export const REVEAL_EMAIL = graphql(`
  mutation RevealEmail($id: ID!) {
    revealEmail(id: $id)
  }
`);

export const AUDIT_LOG = graphql(`
  query AuditLog($filter: AuditFilter, $first: Int!, $after: String) {
    auditLog(filter: $filter, first: $first, after: $after) {
      edges {
        node {
          id
          at
          kind
          actor
          subject
          sessionId
          address
          userAgent
          details {
            name
            value
          }
          hash
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const EXPLAIN_ACCESS = graphql(`
  query ExplainAccess($who: ID, $keyScopes: [String!], $field: String!, $owner: ID) {
    explainAccess(who: $who, keyScopes: $keyScopes, field: $field, owner: $owner) {
      isAllowed
      rule
      because
      speaking
    }
  }
`);

/** An account as administrators see it, its address masked. */
export type AccountFacts = AccountFactsFragment;

/** One entry of the audit log. */
export type AuditEntry = AuditLogQuery['auditLog']['edges'][number]['node'];
