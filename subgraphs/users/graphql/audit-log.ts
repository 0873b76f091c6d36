import { Arg, Args, Ctx, Directive, Query, Resolver } from 'type-graphql';
import { NumberedId } from '../rules/page';
import { ADMIN_ONLY, readUserId, requireAdmin } from './administrator';
import { AuditConnection, AuditFilter, entryView } from './audit-entry';
import type { UsersContext } from './context';
import { PageArgs, readPage } from './page';

@Resolver()
export class AuditLogResolver {
  @Directive('@listSize(slicingArguments: ["first"], sizedFields: ["edges"])')
  @Directive(ADMIN_ONLY)
  @Query(() => AuditConnection, {
    description:
      'What has happened to accounts, the newest first; it is there within a second. That it was read is in it too, after what was read. For administrators.',
  })
  async auditLog(
    @Arg('filter', () => AuditFilter, { nullable: true, description: 'Everything if left out.' })
    filter: AuditFilter | null,
    @Args() page: PageArgs,
    @Ctx() context: UsersContext,
  ): Promise<AuditConnection> {
    const by = await requireAdmin(context, 'Query.auditLog');
    const { actor, subject, kind, from, to, address } = filter ?? {};
    const asked = {
      ...(actor != null && { actor: readUserId(actor, 'actor') }),
      ...(subject != null && { subject: readUserId(subject, 'subject') }),
      ...(kind != null && { kind }),
      ...(from != null && { from }),
      ...(to != null && { to }),
      ...(address != null && { address }),
    };
    const read = await readPage(page, {
      list: (range) => context.auditLog.list(asked, range),
      placeOf: ({ at, sequence }) => ({ at, id: String(sequence) }),
      view: entryView,
      ids: NumberedId,
    });
    await context.adminReading.note(by, {
      field: 'Query.auditLog',
      asked: {
        ...filter,
        from: from == null ? null : new Date(from),
        to: to == null ? null : new Date(to),
      },
      goesOn: page.after != null,
    });
    return read;
  }
}
