import { Arg, Ctx, Directive, Field, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { UsersContext } from './context';
import { accountOf, requireSession } from './viewer';

@ObjectType({ description: 'What an app that shows codes takes in.', simpleResolvers: true })
export class TotpSetUp {
  @Field({ description: 'For a QR code: `otpauth:` with the key in it. Keep it secret.' })
  uri: string;

  @Field({ description: 'The key in base32, to be typed instead. Keep it secret.' })
  manualKey: string;
}

@Resolver()
export class TotpMutations {
  @Directive('@authenticated')
  @Mutation(() => TotpSetUp, {
    description:
      'A new key for an app that shows codes (RFC 6238: SHA-1, 6 digits, 30 seconds). Nothing changes before confirmTotp, within 15 minutes. Error REAUTHENTICATION_REQUIRED.',
  })
  async setUpTotp(@Ctx() context: UsersContext): Promise<TotpSetUp> {
    const user = await accountOf(requireSession(context), context);
    return Object.assign(new TotpSetUp(), await context.totpEnrolment.begin(user));
  }

  @Directive('@authenticated')
  @Mutation(() => [String], {
    description:
      'From now on signing in takes a code of the app that setUpTotp was for. Returns ten recovery codes in place of all before, shown this once. Errors REAUTHENTICATION_REQUIRED, SECOND_FACTOR_FAILED, CHALLENGE_INVALID.',
  })
  async confirmTotp(
    @Arg('code', () => String, { description: 'Six digits that the app shows now.' })
    code: string,
    @Ctx() context: UsersContext,
  ): Promise<string[]> {
    const viewer = requireSession(context);
    return context.totpEnrolment.confirm(viewer, code, context.client);
  }

  @Directive('@authenticated')
  @Mutation(() => Boolean, {
    description:
      "The app's codes count no more; without a passkey neither do recovery codes. False where there is none. Error REAUTHENTICATION_REQUIRED.",
  })
  async removeTotp(@Ctx() context: UsersContext): Promise<boolean> {
    const viewer = requireSession(context);
    return context.totpEnrolment.remove(viewer, context.client);
  }
}
