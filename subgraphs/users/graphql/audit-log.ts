import { Arg, Args, Ctx, Directive, Query, Resolver } from 'type-graphql';
import type { SealedEntry } from '../rules/audit-chain';
import { NumberedId, checkFirst, pageOf, readCursor } from '../rules/page';
import { ADMIN_ONLY, readUserId, requireAdmin } from './administrator';
import { AuditConnection, AuditFilter, entryView } from './audit-entry';
import type { UsersContext } from './context';
import { PageArgs, connectionOf } from './page';

@Resolver()
export class AuditLogResolver {
  @Directive('@listSize(slicingArguments: ["first"], sizedFields: ["edges"])')
  @Directive(ADMIN_ONLY)
  @Query(() => AuditConnection, {
    description:
      'What has happened to accounts, the newest first; it is there within a second. For administrators.',
  })
  async auditLog(
    @Arg('filter', () => AuditFilter, { nullable: true, description: 'Everything if left out.' })
    filter: AuditFilter | null,
    @Args() { first, after: cursor }: PageArgs,
    @Ctx() context: UsersContext,
  ): Promise<AuditConnection> {
    await requireAdmin(context, 'Query.auditLog');
    checkFirst(first);
    const after = readCursor(cursor, NumberedId);
    const { actor, subject, kind, from, to, address } = filter ?? {};
    const found = await context.auditLog.list(
      {
        ...(actor != null && { actor: readUserId(actor, 'actor') }),
        ...(subject != null && { subject: readUserId(subject, 'subject') }),
        ...(kind != null && { kind }),
        ...(from != null && { from }),
        ...(to != null && { to }),
        ...(address != null && { address }),
      },
      { after, limit: first + 1 },
    );
    const placeOf = ({ at, sequence }: SealedEntry) => ({ at, id: String(sequence) });
    return connectionOf(pageOf(found, { first, after, placeOf }), entryView);
  }
}
