import { Ctx, Directive, Query, Resolver } from 'type-graphql';
import type { UsersContext } from './context';
import { User } from './user';
import { viewOf } from './user-view';

@Resolver()
export class UserResolver {
  @Directive('@authenticated')
  @Query(() => User, { nullable: true, description: 'Who asks; null for nobody.' })
  async me(@Ctx() { viewer, users }: UsersContext): Promise<User | null> {
    const account = viewer && (await users.find(viewer.userId));
    return account && viewOf(account);
  }
}
