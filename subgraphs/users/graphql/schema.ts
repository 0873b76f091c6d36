import 'reflect-metadata';
import { buildFederatedSchema } from '@spyhop/platform/federated-schema';
import type { GraphQLSchema } from 'graphql';
import { ApiKeyResolver } from './api-key-resolver';
import { LeavingResolver } from './leaving';
import { PreferencesResolver } from './preferences-resolver';
import { WatchlistResolver } from './watchlist-resolver';
import { PasskeyMutations } from './passkey-mutations';
import { AccountAdministrationResolver } from './account-administration';
import { AuditLogResolver } from './audit-log';
import type { UsersContext } from './context';
import { EmailMutations } from './email-mutations';
import { enforceAccess } from './enforce-access';
import { ExplainAccessResolver } from './explain-access';
import { PasswordMutations } from './password-mutations';
import { ReauthenticationMutations } from './reauthentication';
import { RegistrationMutations } from './registration-mutations';
import { SecondFactorResolver } from './second-factor-resolver';
import { SecondSignInMutations } from './second-sign-in-mutations';
import { SecurityEventResolver } from './security-event-resolver';
import { SessionMutations } from './session-mutations';
import { SessionResolver } from './session-resolver';
import { TotpMutations } from './totp-mutations';
import { UserResolver } from './user-resolver';
import { resolveUserReference } from './user-view';

/** The users subgraph's schema, and its SDL for composition. */
export async function buildUsersSchema(): Promise<{ schema: GraphQLSchema; sdl: string }> {
  const built = await buildFederatedSchema<UsersContext>(
    {
      resolvers: [
        UserResolver,
        SessionResolver,
        ApiKeyResolver,
        LeavingResolver,
        PreferencesResolver,
        WatchlistResolver,
        RegistrationMutations,
        SessionMutations,
        PasswordMutations,
        EmailMutations,
        SecondSignInMutations,
        SecondFactorResolver,
        TotpMutations,
        PasskeyMutations,
        ReauthenticationMutations,
        AccountAdministrationResolver,
        AuditLogResolver,
        ExplainAccessResolver,
        SecurityEventResolver,
      ],
      validate: false,
      skipCheck: true,
    },
    { User: resolveUserReference },
  );
  enforceAccess(built.schema);
  return built;
}
