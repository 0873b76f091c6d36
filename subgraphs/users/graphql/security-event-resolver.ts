import {
  type SecurityEventRaised,
  anySecurityEventRaised,
  securityEventRaised,
} from '@spyhop/platform/topics';
import {
  Arg,
  Args,
  Ctx,
  Directive,
  FieldResolver,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { NumberedId, type Place } from '../rules/page';
import { ADMIN_ONLY, requireAdmin } from './administrator';
import type { UsersContext } from './context';
import { PageArgs, readPage } from './page';
import { SecurityEvent, SecurityEventConnection, securityEventView } from './security-event';
import { User } from './user';
import { requireSession } from './viewer';

/** Events that wait for one who reads slowly; of more, the newest. All of them are in the list. */
const WAITING = { ring: 100 };

@Resolver(() => User)
export class SecurityEventResolver {
  @Directive('@listSize(slicingArguments: ["first"], sizedFields: ["edges"])')
  @FieldResolver(() => SecurityEventConnection, {
    nullable: true,
    description: 'What they should look at, the newest first; null for anybody but their owner.',
  })
  async securityEvents(
    @Root() user: User,
    @Args() page: PageArgs,
    @Ctx() context: UsersContext,
  ): Promise<SecurityEventConnection | null> {
    return connection(page, (range) => context.raisedAlerts.own(user.id, range));
  }

  @Directive('@listSize(slicingArguments: ["first"], sizedFields: ["edges"])')
  @Directive(ADMIN_ONLY)
  @Query(() => SecurityEventConnection, {
    name: 'securityEvents',
    description: 'What there is to look at of all accounts, the newest first. For administrators.',
  })
  async allSecurityEvents(
    @Args() page: PageArgs,
    @Ctx() context: UsersContext,
  ): Promise<SecurityEventConnection> {
    const field = 'Query.securityEvents';
    const by = await requireAdmin(context, field);
    const read = await connection(page, (range) => context.raisedAlerts.ofAll({}, range));
    await context.adminReading.note(by, { field, goesOn: page.after != null });
    return read;
  }

  @Directive('@authenticated')
  @Subscription(() => SecurityEvent, {
    description:
      'What who asks should look at, as it comes up; for administrators also that of all. Errors UNAUTHENTICATED, FORBIDDEN.',
    subscribe: ({ args, context }: { args: { all: boolean }; context: UsersContext }) =>
      follow(args.all, context),
  })
  securityEvent(
    @Arg('all', () => Boolean, {
      defaultValue: false,
      description: 'Of all accounts, for administrators.',
    })
    _all: boolean,
    @Root() event: SecurityEventRaised,
  ): SecurityEvent {
    return securityEventView(event);
  }
}

async function follow(
  all: boolean,
  context: UsersContext,
): Promise<AsyncIterable<SecurityEventRaised>> {
  const { userId } = requireSession(context);
  if (!all) return context.live.subscribe(securityEventRaised, [userId], WAITING);
  const field = 'Subscription.securityEvent';
  const by = await requireAdmin(context, field, 'Query.securityEvents');
  await context.adminReading.note(by, { field });
  return context.live.subscribe(anySecurityEventRaised, ['all'], WAITING);
}

const connection = (
  page: PageArgs,
  list: (range: { after: Place | null; limit: number }) => Promise<SecurityEventRaised[]>,
): Promise<SecurityEventConnection> =>
  readPage(page, {
    list,
    placeOf: ({ at, id }) => ({ at, id }),
    view: securityEventView,
    ids: NumberedId,
  });
