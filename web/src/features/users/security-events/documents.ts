import { graphql } from '../../../generated/gql';
import type { SecurityEventLineFragment } from '../../../generated/graphql';

graphql(`
  fragment SecurityEventLine on SecurityEvent {
    id
    kind
    at
    userId
    address
    device
    details {
      name
      value
    }
  }
`);

export const OWN_SECURITY_EVENTS = graphql(`
  query OwnSecurityEvents($first: Int!, $after: String) {
    me {
      id
      securityEvents(first: $first, after: $after) {
        edges {
          node {
            ...SecurityEventLine @unmask
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

export const ALL_SECURITY_EVENTS = graphql(`
  query AllSecurityEvents($first: Int!, $after: String) {
    securityEvents(first: $first, after: $after) {
      edges {
        node {
          ...SecurityEventLine @unmask
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const NEWEST_SECURITY_EVENT = graphql(`
  query NewestSecurityEvent {
    me {
      id
      securityEvents(first: 1) {
        edges {
          node {
            id
          }
        }
      }
    }
  }
`);

export const SECURITY_EVENT_RAISED = graphql(`
  subscription SecurityEventRaised($all: Boolean!) {
    securityEvent(all: $all) {
      ...SecurityEventLine @unmask
    }
  }
`);

/** Something that somebody should look at. */
export type SecurityEvent = SecurityEventLineFragment;
