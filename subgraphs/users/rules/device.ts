import Bowser from 'bowser';

/** What a client is, as far as its name tells. */
export interface Device {
  /** For people, e.g. "Firefox on Linux". */
  name: string;
  /** desktop, mobile, tablet, tv; null where the name does not tell. */
  platform: string | null;
}

/**
 * What a device is to a user: one that has signed in before; one that has only set the password by mail, which gives it
 * tries of its own; neither. A program has none that it could be known by.
 */
export type DeviceStanding = 'known' | 'admitted' | 'new' | 'none';

/** `hasSignedIn` is null of a device that is not kept. */
export const standingOf = (hasSignedIn: boolean | null): DeviceStanding =>
  hasSignedIn === null ? 'new' : hasSignedIn ? 'known' : 'admitted';

const LONGEST_NAME = 64;

/** Reads a User-Agent header (RFC 9110, section 10.1.5), which may be anything. */
export function deviceOf(userAgent: string): Device {
  const { browser, os, platform } = userAgent === '' ? NOTHING : Bowser.parse(userAgent);
  const program = browser.name || userAgent.split(/[\s/]/, 1)[0] || 'Unknown program';
  const name = os.name ? `${program} on ${os.name}` : program;
  return { name: name.slice(0, LONGEST_NAME), platform: platform.type ?? null };
}

const NOTHING = { browser: {}, os: {}, platform: {} } as Bowser.Parser.ParsedResult;
