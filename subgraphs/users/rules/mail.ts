import { linkTo } from './link';

/** A mail to one person, plain text. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
}

export const verificationMail = (to: string, base: string, token: string): Mail => ({
  to,
  subject: 'Confirm your e-mail address for Spyhop',
  text: `Welcome to Spyhop.

Confirm that this address is yours, within 24 hours:
${linkTo(base, 'VERIFY_EMAIL', token)}

If you have not registered, ignore this mail: without the link there is no account.
`,
});

export const alreadyRegisteredMail = (to: string, base: string): Mail => ({
  to,
  subject: 'You already have an account at Spyhop',
  text: `Somebody, perhaps you, has tried to register with this address at Spyhop, where it has an account.

Sign in, or ask for a new password, at ${new URL('/sign-in', base).href}

If it was not you, there is nothing to do: nothing has changed.
`,
});
