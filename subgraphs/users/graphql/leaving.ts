import { DateTimeScalar } from '@spyhop/platform/scalars';
import { Ctx, Directive, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { deletionRequestedMail } from '../rules/deletion-mail';
import type { UsersContext } from './context';
import { recording } from './recording';
import { User } from './user';
import { requireSession } from './viewer';

/** Taking one's data along, and going. */
@Resolver(() => User)
export class LeavingResolver {
  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description:
      'When the account is deleted with all that belongs to it; null where it stays, and for anybody but its owner in a session.',
  })
  async deletionScheduledFor(
    @Root() user: User,
    @Ctx() context: UsersContext,
  ): Promise<number | null> {
    return context.deletions.scheduledFor(user.id);
  }

  @Directive('@authenticated')
  @Mutation(() => String, {
    description:
      'All that is held of somebody with their account, as a JSON document: `format` and `version` say how to read it; the account, preferences, watchlists, keys and where they were used, sessions, devices, second factors, security events, and what the audit log says of them. What other domains hold is asked of those: `wallets` and `labelledWallets`. It has no secrets. Error REAUTHENTICATION_REQUIRED.',
  })
  async exportMyData(@Ctx() context: UsersContext): Promise<string> {
    const viewer = requireSession(context);
    const also = recording('DATA_EXPORTED', viewer, context);
    return context.dataExport.write(viewer.userId, context.now, also);
  }

  @Directive('@authenticated')
  @Mutation(() => DateTimeScalar, {
    description:
      'Has the account deleted, with all that belongs to it, after some days in which that can be cancelled; says when. Asked again it stays with that. Errors REAUTHENTICATION_REQUIRED, SESSION_ENDED.',
  })
  async requestAccountDeletion(@Ctx() context: UsersContext): Promise<number> {
    const viewer = requireSession(context);
    const { deletions, deletionGraceMs: graceMs, outgoing, publicUrl, now } = context;
    const also = recording('DELETION_REQUESTED', viewer, context);
    const at = await deletions.request(viewer, { now, graceMs }, also);
    outgoing.noticeTo(viewer.userId, (to) => deletionRequestedMail(to, at, publicUrl));
    return at;
  }

  @Directive('@authenticated')
  @Mutation(() => Boolean, {
    description:
      'Keeps an account that was to be deleted. False where it was to stay anyway. Errors CONFLICT when it is too late, SESSION_ENDED.',
  })
  async cancelAccountDeletion(@Ctx() context: UsersContext): Promise<boolean> {
    const viewer = requireSession(context);
    const also = recording('DELETION_CANCELLED', viewer, context);
    return context.deletions.cancel(viewer, context.now, also);
  }
}
