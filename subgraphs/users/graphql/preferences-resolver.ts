import { SpyhopError } from '@spyhop/platform/errors';
import { Arg, Ctx, Directive, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { PreferenceChanges } from '../rules/preferences';
import { readDisplayName } from '../rules/user';
import type { UsersContext } from './context';
import { Preferences, UpdatePreferencesInput } from './preferences';
import { User } from './user';
import { viewOf } from './user-view';
import { requireSession } from './viewer';

/** How somebody is called, and wants things to be shown. */
@Resolver(() => User)
export class PreferencesResolver {
  @FieldResolver(() => Preferences, {
    nullable: true,
    description: 'How they want things to be shown; null for anybody but themselves in a session.',
  })
  async preferences(@Root() user: User, @Ctx() context: UsersContext): Promise<Preferences | null> {
    return context.preferences.find(user.id);
  }

  @Directive('@authenticated')
  @Mutation(() => Preferences, {
    description: 'Changes how things are shown. Error INVALID_INPUT, which names the argument.',
  })
  async updatePreferences(
    @Arg('input', () => UpdatePreferencesInput, { description: 'What is to be otherwise.' })
    input: UpdatePreferencesInput,
    @Ctx() context: UsersContext,
  ): Promise<Preferences> {
    const { userId } = requireSession(context);
    return context.preferences.change(userId, changesOf(input));
  }

  @Directive('@authenticated')
  @Mutation(() => User, { description: 'Changes how somebody is called. Error INVALID_INPUT.' })
  async updateProfile(
    @Arg('displayName', () => String, {
      description: 'As they want to be called, 1 to 64 characters.',
    })
    displayName: string,
    @Ctx() context: UsersContext,
  ): Promise<User> {
    const { userId } = requireSession(context);
    const account = await context.profiles.rename(userId, readDisplayName(displayName));
    if (account) return viewOf(account);
    throw new SpyhopError('UNAUTHENTICATED', 'There is no such account any more.');
  }
}

/** What is null only resets what may be null. */
const changesOf = (input: UpdatePreferencesInput): PreferenceChanges => ({
  ...(input.currency != null && { currency: input.currency }),
  ...(input.timeZone !== undefined && { timeZone: input.timeZone }),
  ...(input.theme != null && { theme: input.theme }),
  ...(input.locale !== undefined && { locale: input.locale }),
  ...(input.defaultInterval != null && { defaultInterval: input.defaultInterval }),
});
