import { Arg, Args, Ctx, Directive, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { type ApiKey as Key, checkOverlap, readApiKeySettings } from '../rules/api-key';
import { deviceOf } from '../rules/device';
import { newApiKeyMail } from '../rules/mail';
import {
  ApiKeyConnection,
  CreateApiKeyInput,
  NewApiKey,
  RevokeApiKeyArgs,
  RotateApiKeyArgs,
} from './api-key';
import type { UsersContext } from './context';
import { readId } from './own';
import { PageArgs, readPage } from './page';
import { recording } from './recording';
import { User } from './user';
import { requireSession } from './viewer';

const MINUTE_MS = 60_000;

/** The keys of an account. */
@Resolver(() => User)
export class ApiKeyResolver {
  @FieldResolver(() => ApiKeyConnection, {
    nullable: true,
    description:
      'Keys that programs ask with, the newest first; null for anybody but their owner in a session.',
  })
  async apiKeys(
    @Root() user: User,
    @Args() page: PageArgs,
    @Ctx() context: UsersContext,
  ): Promise<ApiKeyConnection | null> {
    return readPage(page, {
      list: (range) => context.apiKeys.list(user.id, range),
      placeOf: ({ createdAt: at, id }) => ({ at, id }),
      view: (key) => key,
    });
  }

  @Directive('@authenticated')
  @Mutation(() => NewApiKey, {
    description:
      'Makes a key, which works at once. Errors INVALID_INPUT, CONFLICT with 50 keys, REAUTHENTICATION_REQUIRED.',
  })
  async createApiKey(
    @Arg('input', () => CreateApiKeyInput, { description: 'What the key is to be.' })
    { name, scopes, expiresAt = null, allowedIps }: CreateApiKeyInput,
    @Ctx() context: UsersContext,
  ): Promise<NewApiKey> {
    const viewer = requireSession(context);
    const asked = { name, scopes, expiresAt, allowedIps: allowedIps ?? [] };
    const settings = readApiKeySettings(asked, context.now);
    const { text: key, apiKey } = await context.apiKeys.create(
      viewer,
      settings,
      context.now,
      (id) => recording('API_KEY_CREATED', viewer, context, { key: id }),
    );
    tellOwner(apiKey, context);
    return { key, apiKey };
  }

  @Directive('@authenticated')
  @Mutation(() => NewApiKey, {
    description:
      'Makes a key like another one, in its place; that one works on as long as is said, or not at all. Errors NOT_FOUND, INVALID_INPUT, CONFLICT, REAUTHENTICATION_REQUIRED.',
  })
  async rotateApiKey(
    @Args() { id, overlapMinutes }: RotateApiKeyArgs,
    @Ctx() context: UsersContext,
  ): Promise<NewApiKey> {
    const viewer = requireSession(context);
    checkOverlap(overlapMinutes);
    const known = readId('key', id);
    const { text: key, apiKey } = await context.apiKeys.rotate(
      viewer,
      known,
      { overlapMs: overlapMinutes * MINUTE_MS, now: context.now },
      recording('API_KEY_ROTATED', viewer, context, { key: known }),
    );
    tellOwner(apiKey, context);
    return { key, apiKey };
  }

  @Directive('@authenticated')
  @Mutation(() => Boolean, {
    description:
      'Removes a key, which is refused everywhere within a second, and streams that run in its name end. False where there is none.',
  })
  async revokeApiKey(
    @Args() { id }: RevokeApiKeyArgs,
    @Ctx() context: UsersContext,
  ): Promise<boolean> {
    const viewer = requireSession(context);
    const key = readId('key', id);
    const also = recording('API_KEY_REVOKED', viewer, context, { key });
    return context.apiKeys.revoke(viewer, key, context.now, also);
  }
}

/** Whoever has a session for a moment may make a key that stays. */
function tellOwner(
  { userId, scopes, createdAt: at }: Key,
  { outgoing, publicUrl, client: { address, userAgent } }: UsersContext,
): void {
  const { name: device } = deviceOf(userAgent);
  outgoing.noticeTo(userId, (to) => newApiKeyMail(to, publicUrl, { device, at, address, scopes }));
}
