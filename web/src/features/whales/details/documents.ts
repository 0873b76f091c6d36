import { graphql } from '../../../generated/gql';

graphql(`
  fragment DetailedParty on WhaleParty {
    ...NamedParty @unmask
    amount
  }
`);

export const WHALE_DETAILS = graphql(`
  query WhaleDetails($id: ID!) {
    whaleTransaction(id: $id) {
      id
      chain
      hash
      time
      usd
      direction
      status
      statusAt
      confirmations
      replacedBy
      sources
      explorerUrl
      legs {
        symbol
        kind
        amount
        usd
        usdBasis
        coinsSince
        asset {
          symbol
        }
        from {
          ...DetailedParty @unmask
        }
        to {
          ...DetailedParty @unmask
        }
      }
      fold {
        id
        reason
        explanation
        memberCount
        symbol
        amount
        usd
        direction
        from {
          owner
        }
        to {
          owner
        }
      }
      patterns {
        ...PatternFacts_whalePattern @unmask
      }
    }
  }
`);
