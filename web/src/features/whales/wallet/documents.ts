import { graphql } from '../../../generated/gql';

export const WALLET = graphql(`
  query Wallet($chain: String!, $address: String!) {
    wallet(chain: $chain, address: $address) {
      id
      chain
      address
      explorerUrl
      firstSeen
      lastSeen
      transactionCount
      label {
        ...WalletLabelParts @unmask
      }
      labels {
        ...WalletLabelParts @unmask
      }
      balances {
        symbol
        received
        sent
        net
        shared
      }
      counterparties(first: 20) {
        address
        owner
        ownerKind
        transactions
        receivedUsd
        sentUsd
      }
      activity {
        weekday
        hour
        transactions
      }
    }
  }
`);

export const WALLET_MOVES = graphql(`
  query WalletMoves($chain: String!, $address: String!, $after: String) {
    wallet(chain: $chain, address: $address) {
      id
      transactions(first: 30, after: $after) {
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
`);

/** What the viewer has noted of a wallet; for who is signed in. */
export const WALLET_NOTE = graphql(`
  query WalletNote($chain: String!, $address: String!) {
    wallet(chain: $chain, address: $address) {
      id
      ownNote
    }
  }
`);

export const LABEL_WALLET = graphql(`
  mutation LabelWallet($input: LabelWalletInput!) {
    labelWallet(input: $input) {
      id
    }
  }
`);

export const REMOVE_WALLET_LABEL = graphql(`
  mutation RemoveWalletLabel($chain: String!, $address: String!) {
    removeWalletLabel(chain: $chain, address: $address) {
      id
    }
  }
`);

graphql(`
  fragment FollowedWalletParts on FollowedWallet {
    id
    chain
    address
    name
    group
    since
  }
`);

export const FOLLOWED_WALLETS = graphql(`
  query FollowedWallets {
    wallets {
      ...FollowedWalletParts @unmask
    }
  }
`);

export const FOLLOW_WALLET = graphql(`
  mutation FollowWallet($input: FollowWalletInput!) {
    followWallet(input: $input) {
      ...FollowedWalletParts @unmask
    }
  }
`);

export const UPDATE_FOLLOWED_WALLET = graphql(`
  mutation UpdateFollowedWallet($id: ID!, $input: FollowedWalletChanges!) {
    updateFollowedWallet(id: $id, input: $input) {
      ...FollowedWalletParts @unmask
    }
  }
`);

export const UNFOLLOW_WALLET = graphql(`
  mutation UnfollowWallet($id: ID!) {
    unfollowWallet(id: $id)
  }
`);

/** Tells that a followed wallet took part in something. */
export const WALLET_MOVED = graphql(`
  subscription WalletMoved($id: ID!) {
    walletMoved(id: $id) {
      id
    }
  }
`);
