import { linkTo } from './link';
import { SUSPECT_DAYS, type WayIn } from './way-in';

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

Confirm that this address is yours, within 24 hours, with the password that you chose when you registered:
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

const ADDED: Readonly<Record<WayIn['kind'], string>> = {
  TOTP: 'the codes of an app, set up at',
  PASSKEY: 'a passkey, added at',
  API_KEY: 'an API key, made at',
};

/** Names are whatever who has added it wants to have said. */
const listOf = (removed: readonly WayIn[]): string =>
  removed
    .map(({ kind, addedAt }) => `- ${ADDED[kind]} ${new Date(addedAt).toISOString()}`)
    .join('\n');

/** `removed` is what was taken away with the old password. */
export const passwordChangedMail = (to: string, base: string, removed: readonly WayIn[]): Mail => ({
  to,
  subject: 'Your password at Spyhop was changed',
  text: `The password of your account at Spyhop was changed, and other devices were signed out.
${
  removed.length === 0
    ? ''
    : `
This was added to the account in the ${SUSPECT_DAYS} days before, and was removed, since a thief may have done that. Add again what is yours:
${listOf(removed)}
`
}
Look through your passkeys and codes, and remove what you do not know: ${new URL('/account/security', base).href}
Your API keys, too: ${new URL('/account/keys', base).href}

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

/** With what, when (epoch ms) and from which network address somebody has done something. */
export interface Trace {
  device: string;
  at: number;
  address: string;
}

const lineOf = ({ device, at, address }: Trace): string =>
  `${device}, at ${new Date(at).toISOString()}, from ${address || 'an unknown address'}.`;

export const newDeviceMail = (to: string, base: string, trace: Trace): Mail => ({
  to,
  subject: 'A new sign-in to your account at Spyhop',
  text: `Somebody, hopefully you, has signed in to your account at Spyhop with a device, or from a network, that was not seen before or not since your password was changed:
${lineOf(trace)}

If it was not you, end that session and change your password: ${new URL('/account/sessions', base).href}
`,
});

export const newApiKeyMail = (
  to: string,
  base: string,
  { scopes, ...trace }: Trace & { scopes: readonly string[] },
): Mail => ({
  to,
  subject: 'A new API key of your account at Spyhop',
  text: `Somebody, hopefully you, has made an API key of your account at Spyhop, which may do ${scopes.join(', ')}:
${lineOf(trace)}

If it was not you, revoke the key: ${new URL('/account/keys', base).href}
Then set a new password, which ends all sessions and revokes the keys of the last ${SUSPECT_DAYS} days: ${new URL('/forgot-password', base).href}
`,
});

export const tokenReusedMail = (to: string, base: string, trace: Trace): Mail => ({
  to,
  subject: 'A session of your account at Spyhop was ended',
  text: `A session of your account at Spyhop was ended, because somebody went on with it in two places, as after a theft. The second was:
${lineOf(trace)}

Whoever it was has to sign in again. If you do not know that place, or have not restored a device from a backup, remove what may spy on you, such as extensions of your browser, and set a new password: ${new URL('/forgot-password', base).href}
Look through your other sessions, too: ${new URL('/account/sessions', base).href}
`,
});
