import { notFound } from '@spyhop/platform/errors';
import { JsonScalar } from '@spyhop/platform/scalars';
import { Arg, Ctx, Directive, Field, ID, Mutation, ObjectType, Resolver } from 'type-graphql';
import { z } from 'zod';
import { readPasskeyName } from '../rules/passkey';
import { readRegistration } from '../rules/passkey-json';
import type { UsersContext } from './context';
import { Passkey, passkeyView } from './second-factor';
import { accountOf, requireSession } from './viewer';

@ObjectType({ description: 'A passkey that was just added.', simpleResolvers: true })
export class PasskeyAdded {
  @Field(() => Passkey, { description: 'The new one.' })
  passkey: Passkey;

  @Field(() => [String], {
    description:
      'Ten codes, shown this once, with the first second factor; empty where there are some already.',
  })
  recoveryCodes: string[];
}

@Resolver()
export class PasskeyMutations {
  @Directive('@authenticated')
  @Mutation(() => JsonScalar, {
    description:
      'What a browser makes a passkey with: PublicKeyCredentialCreationOptionsJSON (WebAuthn Level 3), good for five minutes. Errors REAUTHENTICATION_REQUIRED, RATE_LIMITED.',
  })
  async startPasskeyRegistration(@Ctx() context: UsersContext): Promise<unknown> {
    const viewer = requireSession(context);
    const user = await accountOf(viewer, context);
    return context.passkeyProofs.startRegistration(user, viewer.sessionId);
  }

  @Directive('@authenticated')
  @Mutation(() => PasskeyAdded, {
    description:
      'Adds the passkey that a browser has made: from now on signing in takes it, or another second factor, beside the password; or it alone. Errors REAUTHENTICATION_REQUIRED, CHALLENGE_INVALID, PASSKEY_REFUSED, INVALID_INPUT.',
  })
  async finishPasskeyRegistration(
    @Arg('response', () => JsonScalar, {
      description: 'RegistrationResponseJSON (WebAuthn Level 3) of the browser.',
    })
    response: unknown,
    @Arg('name', () => String, { description: 'As its owner calls it, 1 to 64 characters.' })
    name: string,
    @Ctx() context: UsersContext,
  ): Promise<PasskeyAdded> {
    const { passkeyProofs, client } = context;
    const viewer = requireSession(context);
    const [made, called] = [readRegistration(response), readPasskeyName(name)];
    const added = await passkeyProofs.finishRegistration(viewer, made, called, client);
    const { passkey, recoveryCodes } = added;
    return Object.assign(new PasskeyAdded(), { passkey: passkeyView(passkey), recoveryCodes });
  }

  @Directive('@authenticated')
  @Mutation(() => Passkey, { description: 'Calls a passkey something else. Error NOT_FOUND.' })
  async renamePasskey(
    @Arg('id', () => ID, { description: 'Of a passkey of who asks.' }) id: string,
    @Arg('name', () => String, { description: '1 to 64 characters.' }) name: string,
    @Ctx() context: UsersContext,
  ): Promise<Passkey> {
    const { userId } = requireSession(context);
    const called = readPasskeyName(name);
    const renamed = isUuid(id) && (await context.passkeys.rename(userId, id, called));
    if (!renamed) throw notFound('passkey', id);
    return passkeyView(renamed);
  }

  @Directive('@authenticated')
  @Mutation(() => Boolean, {
    description:
      'The passkey counts no more; without another second factor neither do recovery codes. Errors REAUTHENTICATION_REQUIRED, NOT_FOUND.',
  })
  async removePasskey(
    @Arg('id', () => ID, { description: 'Of a passkey of who asks.' }) id: string,
    @Ctx() context: UsersContext,
  ): Promise<boolean> {
    const viewer = requireSession(context);
    const { passkeyProofs, client } = context;
    if (isUuid(id) && (await passkeyProofs.remove(viewer, id, client))) return true;
    throw notFound('passkey', id);
  }
}

const isUuid = (text: string): boolean => z.uuid().safeParse(text).success;
