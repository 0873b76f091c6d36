import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { deviceOf } from '../rules/device';
import type { Session as Signed } from '../rules/session';
import type { UsersContext } from './context';
import { PageArgs, readPage } from './page';
import { Session, SessionConnection } from './session';
import { User } from './user';

/** The sessions of an account, which its owner sees. */
@Resolver(() => User)
export class SessionResolver {
  @FieldResolver(() => SessionConnection, {
    nullable: true,
    description: 'Devices that are signed in, the newest first; null for anybody but their owner.',
  })
  async sessions(
    @Root() { id }: User,
    @Args() page: PageArgs,
    @Ctx() { viewer, ownSessions, now }: UsersContext,
  ): Promise<SessionConnection> {
    return readPage(page, {
      list: (range) => ownSessions.list(id, { ...range, now }),
      placeOf: ({ createdAt: at, id: sessionId }) => ({ at, id: sessionId }),
      view: (session) => viewOf(session, viewer?.sessionId ?? null),
    });
  }
}

function viewOf(session: Signed, currentId: string | null): Session {
  const { id, createdAt, usedAt: lastUsedAt, expiresAt, address, userAgent } = session;
  const { name: device, platform } = deviceOf(userAgent);
  return Object.assign(new Session(), {
    ...{ id, device, platform, createdAt, lastUsedAt, expiresAt },
    address: address || null,
    isCurrent: id === currentId,
  });
}
