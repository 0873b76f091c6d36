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

export const resetMail = (to: string, base: string, token: string): Mail => ({
  to,
  subject: 'Set a new password for Spyhop',
  text: `Somebody, perhaps you, wants a new password for your account at Spyhop. Set it here, within an hour:
${linkTo(base, 'RESET_PASSWORD', token)}

If it was not you, ignore this mail: nothing has changed.
`,
});

export const passwordChangedMail = (to: string, base: string): Mail => ({
  to,
  subject: 'Your password at Spyhop was changed',
  text: `The password of your account at Spyhop was changed, and other devices were signed out.

If it was not you, set a new one at once: ${new URL('/forgot-password', base).href}
`,
});

export const changeEmailMail = (to: string, base: string, token: string): Mail => ({
  to,
  subject: 'Confirm your new e-mail address for Spyhop',
  text: `Confirm that this is to be the address of your account at Spyhop, within 24 hours:
${linkTo(base, 'CHANGE_EMAIL', token)}

If you have not asked for this, ignore this mail: nothing has changed.
`,
});

export const emailChangedMail = (to: string, newAddress: string, base: string): Mail => ({
  to,
  subject: 'The e-mail address of your account at Spyhop was changed',
  text: `Mails about your account at Spyhop now go to ${newAddress}, no longer to this address.

If it was not you, write to whoever runs ${new URL(base).host} at once.
`,
});

export const newDeviceMail = (
  to: string,
  base: string,
  { device, at, address }: { device: string; at: number; address: string },
): Mail => ({
  to,
  subject: 'A new sign-in to your account at Spyhop',
  text: `Somebody, hopefully you, has signed in to your account at Spyhop with a device that was not seen before:
${device}, at ${new Date(at).toISOString()}, from ${address || 'an unknown address'}.

If it was not you, end that session and change your password: ${new URL('/account/sessions', base).href}
`,
});
