import 'reflect-metadata';
import { buildFederatedSchema } from '@spyhop/platform/federated-schema';
import { DateTimeScalar } from '@spyhop/platform/scalars';
import type { GraphQLSchema } from 'graphql';
import type { UsersContext } from './context';
import { RegistrationMutations } from './registration-mutations';
import { SessionMutations } from './session-mutations';
import { UserResolver } from './user-resolver';
import { resolveUserReference } from './user-view';

/** The users subgraph's schema, and its SDL for composition. */
export function buildUsersSchema(): Promise<{ schema: GraphQLSchema; sdl: string }> {
  return buildFederatedSchema<UsersContext>(
    {
      resolvers: [UserResolver, RegistrationMutations, SessionMutations],
      scalarsMap: [{ type: Date, scalar: DateTimeScalar }],
      validate: false,
      skipCheck: true,
    },
    { User: resolveUserReference },
  );
}
