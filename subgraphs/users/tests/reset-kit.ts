import type { Browser } from './browser';
import type { UsersRig } from './kit';

export const REQUEST_RESET = `mutation ($email: String!) { requestPasswordReset(email: $email) }`;
export const RESET = `mutation ($token: String!, $newPassword: String!) {
  resetPassword(token: $token, newPassword: $newPassword)
}`;
export const CHANGE_PASSWORD = `mutation ($input: ChangePasswordInput!) { changePassword(input: $input) }`;
/** For who has had PASSWORD. */
export const NEXT_PASSWORD = 'walrus-compass-meadow-38';

/** What follows `token=` in the link that the mailbox gets: the next mail that is one of these. */
export async function resetToken(rig: UsersRig, email: string, browser: Browser): Promise<string> {
  await browser.data(REQUEST_RESET, { email });
  for (;;) {
    const { subject, token } = await rig.mailbox.next(email);
    if (subject === 'Set a new password for Spyhop') return token;
  }
}

/** Sets the password anew by mail; what the mail says that confirms it. */
export async function resetByMail(rig: UsersRig, email: string, browser: Browser): Promise<string> {
  const token = await resetToken(rig, email, browser);
  await browser.data(RESET, { token, newPassword: NEXT_PASSWORD });
  for (;;) {
    const { subject, text } = await rig.mailbox.next(email);
    if (subject === 'Your password at Spyhop was changed') return text;
  }
}
