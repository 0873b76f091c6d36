import { graphql } from '../../generated/gql';

graphql(`
  fragment WalletLabelParts on WalletLabel {
    name
    owner
    kind
    source
    sourceUrl
    date
    confidence
    isOwn
  }
`);

graphql(`
  fragment NamedParty on WhaleParty {
    walletId
    address
    owner
    ownerKind
    label {
      ...WalletLabelParts @unmask
    }
  }
`);

graphql(`
  fragment MovedFold on WhaleFold {
    id
    symbol
    amount
    usd
    direction
    firstTime
    from {
      ...NamedParty @unmask
    }
    to {
      ...NamedParty @unmask
    }
  }
`);

graphql(`
  fragment MovedLeg on WhaleLeg {
    symbol
    amount
    from {
      ...NamedParty @unmask
    }
    to {
      ...NamedParty @unmask
    }
  }
`);

/** What the viewer calls wallets: all of it, because live transactions are the same for everybody and say nothing of it. */
export const LABELLED_WALLETS = graphql(`
  query LabelledWallets {
    labelledWallets {
      id
      ownLabel {
        ...WalletLabelParts @unmask
      }
    }
  }
`);
