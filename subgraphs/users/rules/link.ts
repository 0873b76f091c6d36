import { createHash } from 'node:crypto';

export const LINK_TOKEN_BYTES = 32;

/** What a link in a mail lets do. */
export type LinkPurpose = 'RESET_PASSWORD' | 'CHANGE_EMAIL';

/** How long links can be followed, in milliseconds. */
export const LINK_MS = {
  VERIFY_EMAIL: 24 * 3_600_000,
  RESET_PASSWORD: 3_600_000,
  CHANGE_EMAIL: 24 * 3_600_000,
} as const;

/**
 * For so long, in milliseconds, a link is still good after another one for the same was asked for: anybody can ask for
 * RESET_PASSWORD, and is not to make void what its owner is just about to follow.
 */
export const GOOD_BESIDE_LATER_MS: Record<LinkPurpose, number> = {
  RESET_PASSWORD: 600_000,
  CHANGE_EMAIL: 0,
};

/** Pages of the dashboard that links lead to. */
const PAGES = {
  VERIFY_EMAIL: 'verify-email',
  RESET_PASSWORD: 'reset-password',
  CHANGE_EMAIL: 'change-email',
} as const;

/**
 * The address in a mail. `base` is configured, never what a client calls us. The token is in the fragment,
 * which browsers keep to themselves: it is in no log and no Referer.
 */
export const linkTo = (base: string, purpose: keyof typeof PAGES, token: string): string =>
  new URL(`/${PAGES[purpose]}#token=${token}`, base).href;

/** What is kept of a link's token. */
export const hashLinkToken = (token: string): Buffer => createHash('sha256').update(token).digest();
