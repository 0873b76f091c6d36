import 'reflect-metadata';
import { buildFederatedSchema } from '@spyhop/platform/federated-schema';
import type { GraphQLSchema } from 'graphql';
import { AccountAdministrationResolver } from './account-administration';
import { AuditLogResolver } from './audit-log';
import type { UsersContext } from './context';
import { EmailMutations } from './email-mutations';
import { ExplainAccessResolver } from './explain-access';
import { PasswordMutations } from './password-mutations';
import { RegistrationMutations } from './registration-mutations';
import { SecurityEventResolver } from './security-event-resolver';
import { SessionMutations } from './session-mutations';
import { SessionResolver } from './session-resolver';
import { UserResolver } from './user-resolver';
import { resolveUserReference } from './user-view';

/** The users subgraph's schema, and its SDL for composition. */
export function buildUsersSchema(): Promise<{ schema: GraphQLSchema; sdl: string }> {
  return buildFederatedSchema<UsersContext>(
    {
      resolvers: [
        UserResolver,
        SessionResolver,
        RegistrationMutations,
        SessionMutations,
        PasswordMutations,
        EmailMutations,
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
}
