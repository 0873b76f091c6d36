import { invalidInput, notFound } from '@spyhop/platform/errors';
import { type Asker, decide } from '@spyhop/platform/policy';
import {
  ArgsType,
  Args,
  Ctx,
  Directive,
  Field,
  ID,
  ObjectType,
  Query,
  Resolver,
} from 'type-graphql';
import graphFields from '../graph-fields.json';
import { ACCESS_RULES } from '../rules/access-rules';
import { scopesOfRoles } from '../rules/roles';
import { ADMIN_ONLY, readUserId, requireAdmin } from './administrator';
import type { UsersContext } from './context';
import { NOBODY } from './enforce-access';

@ArgsType()
class ExplainAccessArgs {
  @Field(() => ID, { nullable: true, description: 'The user who would ask; nobody if left out.' })
  who?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'The scopes of the key by which they would ask; in a session if left out.',
  })
  keyScopes?: string[] | null;

  @Field({ description: 'What they would ask for, like `User.email` or `Mutation.lockUser`.' })
  field: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The user whose it is; left out for what is nobody’s.',
  })
  owner?: string | null;
}

@ObjectType({ description: 'Whether somebody may have a field, and why.', simpleResolvers: true })
export class AccessDecision {
  @Field({ description: 'Whether they may.' })
  isAllowed: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'The rule that decides; null where none allows it.',
  })
  rule: string | null;

  @Field({ description: 'What the rule says.' })
  because: string;

  @Field(() => [String], {
    description: 'All rules that speak of it; one that denies stands above those that allow.',
  })
  speaking: readonly string[];
}

/** Like `Query.users`, of all subgraphs. */
const FIELDS: ReadonlySet<string> = new Set(
  Object.entries<string>(graphFields).flatMap(([type, fields]) =>
    fields.split(' ').map((field) => `${type}.${field}`),
  ),
);

@Resolver()
export class ExplainAccessResolver {
  @Directive(ADMIN_ONLY)
  @Query(() => AccessDecision, {
    description:
      'Whether somebody may have a field of the graph, in a session as if they had just proved who they are, and which rule says so. For administrators. Errors NOT_FOUND, and INVALID_INPUT also for what is no field of the graph.',
  })
  async explainAccess(
    @Args() { who, keyScopes, field, owner }: ExplainAccessArgs,
    @Ctx() context: UsersContext,
  ): Promise<AccessDecision> {
    const by = await requireAdmin(context, 'Query.explainAccess');
    if (!FIELDS.has(field)) {
      throw invalidInput(
        'There is no such field; `field` must be one of the graph, like `User.email`.',
        {
          argument: 'field',
        },
      );
    }
    const decision = decide(ACCESS_RULES, {
      who: who == null ? NOBODY : await askerOf(readUserId(who, 'who'), keyScopes ?? null, context),
      action: field,
      owner: owner == null ? null : readUserId(owner, 'owner'),
    });
    await context.adminReading.note(by, {
      field: 'Query.explainAccess',
      asked: { who, keyScopes, asked: field, owner },
    });
    return Object.assign(new AccessDecision(), decision);
  }
}

async function askerOf(
  userId: string,
  keyScopes: string[] | null,
  { users }: UsersContext,
): Promise<Asker> {
  const account = await users.find(userId);
  if (!account) throw notFound('user', userId);
  const isLocked = account.lockedAt !== null;
  return keyScopes === null
    ? {
        userId,
        roles: account.roles,
        scopes: scopesOfRoles(account.roles),
        by: 'session',
        isLocked,
        isFresh: true,
      }
    : { userId, roles: [], scopes: keyScopes, by: 'key', isLocked, isFresh: false };
}
