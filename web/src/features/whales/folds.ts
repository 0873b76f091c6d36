import { graphql } from '../../generated/gql';
import type { FoldReason, StandsForFragment } from '../../generated/graphql';
import { withOwnerNames } from './owner-names';

graphql(`
  fragment StandsFor on WhaleTransaction {
    id
    fold {
      id
      members(first: 100) {
        edges {
          node {
            id
          }
        }
      }
    }
  }
`);

/** A page of the members of the group that a transaction is a part of. */
export const FOLD_MEMBERS = graphql(`
  query FoldMembers($id: ID!, $first: Int!, $after: String) {
    whaleTransaction(id: $id) {
      id
      fold {
        id
        members(first: $first, after: $after) {
          edges {
            node {
              ...WhaleRow_whaleTransaction @unmask
            }
          }
          pageInfo {
            hasNextPage
            endCursor
          }
        }
      }
    }
  }
`);

/** Ids of the others of its group, for which a listed transaction stands; those that joined last, where they are many. */
export const standsFor = ({ id, fold }: StandsForFragment): readonly string[] =>
  fold?.members.edges.map(({ node }) => node.id).filter((member) => member !== id) ?? [];

interface Explained {
  explanation: string;
  from: readonly { owner: string | null }[];
  to: readonly { owner: string | null }[];
}

/** Why a group is one, in a sentence with its numbers. */
export const whyOf = ({ explanation, from, to }: Explained): string =>
  withOwnerNames(
    explanation,
    [...from, ...to].map(({ owner }) => owner),
  );

/** Why transactions are shown as one, for people. */
export const FOLD_REASONS: Readonly<Record<FoldReason, string>> = {
  INTERNAL: 'Internal moves',
  PEEL_CHAIN: 'Peel chain',
  CONSOLIDATION: 'Consolidation',
  CHANGE: 'With change',
};
