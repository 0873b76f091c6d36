import { graphql } from '../../../generated/gql';

/** The second factors of who is signed in. */
export const SECOND_FACTOR = graphql(`
  query SecondFactor {
    me {
      id
      email
      secondFactor {
        totp
        recoveryCodesLeft
        passkeys {
          id
          name
          createdAt
          lastUsedAt
        }
      }
    }
  }
`);

export const SET_UP_TOTP = graphql(`
  mutation SetUpTotp {
    setUpTotp {
      uri
      manualKey
    }
  }
`);

export const CONFIRM_TOTP = graphql(`
  mutation ConfirmTotp($code: String!) {
    confirmTotp(code: $code)
  }
`);

export const REMOVE_TOTP = graphql(`
  mutation RemoveTotp {
    removeTotp
  }
`);

export const RENEW_RECOVERY_CODES = graphql(`
  mutation RenewRecoveryCodes {
    renewRecoveryCodes
  }
`);

export const START_PASSKEY_REGISTRATION = graphql(`
  mutation StartPasskeyRegistration {
    startPasskeyRegistration
  }
`);

export const FINISH_PASSKEY_REGISTRATION = graphql(`
  mutation FinishPasskeyRegistration($name: String!, $response: JSON!) {
    finishPasskeyRegistration(name: $name, response: $response) {
      passkey {
        id
      }
      recoveryCodes
    }
  }
`);

export const RENAME_PASSKEY = graphql(`
  mutation RenamePasskey($id: ID!, $name: String!) {
    renamePasskey(id: $id, name: $name) {
      id
      name
    }
  }
`);

export const REMOVE_PASSKEY = graphql(`
  mutation RemovePasskey($id: ID!) {
    removePasskey(id: $id)
  }
`);
