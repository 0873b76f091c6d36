import { invalidInput } from '@spyhop/platform/errors';
import { PageInfo } from '@spyhop/platform/page-info';
import {
  Arg,
  Args,
  Ctx,
  Directive,
  Field,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
} from 'type-graphql';
import { readEmail } from '../rules/email';
import { ADMIN_BY_NOW, ADMIN_ONLY, readUserId, requireAdmin } from './administrator';
import type { UsersContext } from './context';
import { PageArgs, readPage } from './page';
import { Role, User } from './user';
import { viewForAdmin } from './user-view';

@InputType({ description: 'Which accounts: those that all of it is true of.' })
export class UserFilter {
  @Field(() => String, { nullable: true, description: 'The whole e-mail address.' })
  email?: string | null;

  @Field(() => Role, { nullable: true, description: 'One of their roles.' })
  role?: `${Role}` | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether they are locked.' })
  locked?: boolean | null;
}

@ObjectType({ description: 'An account and its place in the list.', simpleResolvers: true })
export class UserEdge {
  @Field({ description: 'For `after`.' })
  cursor: string;

  @Field(() => User, { description: 'The account.' })
  node: User;
}

@ObjectType({ description: 'A page of accounts.', simpleResolvers: true })
export class UserConnection {
  @Field(() => [UserEdge], { description: 'The newest first.' })
  edges: UserEdge[];

  @Field(() => PageInfo, { description: 'Where the page stands.' })
  pageInfo: PageInfo;
}

const LONGEST_REASON = 200;

/** What administrators do about accounts; each act is in the audit log. */
@Resolver()
export class AccountAdministrationResolver {
  @Directive(ADMIN_ONLY)
  @Query(() => User, {
    nullable: true,
    description: 'An account, its address masked; null where there is none. For administrators.',
  })
  async user(
    @Arg('id', () => ID, { description: 'Of the account.' }) id: string,
    @Ctx() context: UsersContext,
  ): Promise<User | null> {
    const field = 'Query.user';
    const by = await requireAdmin(context, field);
    const account = await context.users.find(readUserId(id));
    await context.adminReading.note(by, { field, asked: { id }, userId: account?.id ?? null });
    return account && viewForAdmin(account, by);
  }

  @Directive('@listSize(slicingArguments: ["first"], sizedFields: ["edges"])')
  @Directive(ADMIN_ONLY)
  @Query(() => UserConnection, {
    description: 'Accounts, the newest first, their addresses masked. For administrators.',
  })
  async users(
    @Arg('filter', () => UserFilter, { nullable: true, description: 'All of them if left out.' })
    filter: UserFilter | null,
    @Args() page: PageArgs,
    @Ctx() context: UsersContext,
  ): Promise<UserConnection> {
    const by = await requireAdmin(context, 'Query.users');
    const { email, role, locked } = filter ?? {};
    const asked = {
      ...(email != null && { emailKey: readEmail(email).key }),
      ...(role != null && { role }),
      ...(locked != null && { isLocked: locked }),
    };
    const read = await readPage(page, {
      list: (range) => context.accounts.list(asked, range),
      placeOf: ({ createdAt: at, id }) => ({ at, id }),
      view: (account) => viewForAdmin(account, by),
    });
    await context.adminReading.note(by, {
      field: 'Query.users',
      asked: { ...filter },
      goesOn: page.after != null,
    });
    return read;
  }

  @Directive(ADMIN_BY_NOW)
  @Directive(ADMIN_ONLY)
  @Mutation(() => User, {
    description:
      'Gives an account other roles; the tokens it has are renewed first. For administrators. Errors NOT_FOUND, CONFLICT, REAUTHENTICATION_REQUIRED.',
  })
  async setRoles(
    @Arg('id', () => ID, { description: 'Of the account.' }) id: string,
    @Arg('roles', () => [Role], { description: 'All that it is to have from now on.' })
    roles: `${Role}`[],
    @Ctx() context: UsersContext,
  ): Promise<User> {
    const by = await requireAdmin(context, 'Mutation.setRoles');
    const account = await context.administration.setRoles(by, readUserId(id), roles);
    return viewForAdmin(account, by);
  }

  @Directive(ADMIN_BY_NOW)
  @Directive(ADMIN_ONLY)
  @Mutation(() => User, {
    description:
      'Keeps somebody out: all their sessions end at once. For administrators. Errors NOT_FOUND, CONFLICT, REAUTHENTICATION_REQUIRED.',
  })
  async lockUser(
    @Arg('id', () => ID, { description: 'Of the account.' }) id: string,
    @Arg('reason', () => String, { description: 'For the audit log, 1 to 200 characters.' })
    reason: string,
    @Ctx() context: UsersContext,
  ): Promise<User> {
    const by = await requireAdmin(context, 'Mutation.lockUser');
    const account = await context.administration.lock(by, readUserId(id), readReason(reason));
    return viewForAdmin(account, by);
  }

  @Directive(ADMIN_BY_NOW)
  @Directive(ADMIN_ONLY)
  @Mutation(() => User, {
    description:
      'Lets somebody sign in again. For administrators. Errors NOT_FOUND, REAUTHENTICATION_REQUIRED.',
  })
  async unlockUser(
    @Arg('id', () => ID, { description: 'Of the account.' }) id: string,
    @Ctx() context: UsersContext,
  ): Promise<User> {
    const by = await requireAdmin(context, 'Mutation.unlockUser');
    return viewForAdmin(await context.administration.unlock(by, readUserId(id)), by);
  }

  @Directive(ADMIN_BY_NOW)
  @Directive(ADMIN_ONLY)
  @Mutation(() => String, {
    description:
      'The whole e-mail address of an account. For administrators. Errors NOT_FOUND, REAUTHENTICATION_REQUIRED.',
  })
  async revealEmail(
    @Arg('id', () => ID, { description: 'Of the account.' }) id: string,
    @Ctx() context: UsersContext,
  ): Promise<string> {
    const by = await requireAdmin(context, 'Mutation.revealEmail');
    return context.administration.revealEmail(by, readUserId(id));
  }
}

function readReason(text: string): string {
  const reason = text.slice(0, LONGEST_REASON + 1).trim();
  if (reason.length >= 1 && reason.length <= LONGEST_REASON) return reason;
  throw invalidInput(`A reason has 1 to ${LONGEST_REASON} characters.`, {
    ...{ argument: 'reason', minimum: 1, maximum: LONGEST_REASON },
  });
}
