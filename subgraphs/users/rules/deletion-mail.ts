import type { Mail } from './mail';

/** `at` is epoch ms, `base` where people reach the product. */
export const deletionRequestedMail = (to: string, at: number, base: string): Mail => ({
  to,
  subject: 'Your account at Spyhop will be deleted',
  text: `Your account at Spyhop, with all that belongs to it, will be deleted on ${new Date(at).toUTCString()}.

If you change your mind, or if it was not you, sign in before and cancel it: ${new URL('/account', base).href}
`,
});

export const accountDeletedMail = (to: string): Mail => ({
  to,
  subject: 'Your account at Spyhop was deleted',
  text: `Your account at Spyhop was deleted as you have asked, with all that belonged to it. Nothing of it can be brought back.
`,
});
