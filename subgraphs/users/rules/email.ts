import { domainToASCII } from 'node:url';
import { invalidInput } from '@spyhop/platform/errors';

/** An e-mail address, and what makes it another one than the next. */
export interface EmailAddress {
  /** As mail is sent to it; its domain in ASCII (IDNA, RFC 5890). */
  address: string;
  /** Equal for spellings of one mailbox. */
  key: string;
}

/** RFC 5321, section 4.5.3.1. */
const LONGEST_ADDRESS = 254;
const LONGEST_LOCAL_PART = 64;
/** A dot-atom of RFC 5322, section 3.2.3. */
const LOCAL_PART = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/**
 * Reads an address. Upper and lower case are the same mailbox; nothing else is folded, so that dots and tags
 * keep people apart. Look-alikes cannot meet: before the @ only ASCII is taken, and a domain counts by its
 * ASCII form, in which a Cyrillic letter differs from the Latin one that it looks like.
 * Throws INVALID_INPUT.
 */
export function readEmail(text: string): EmailAddress {
  if (text.length > LONGEST_ADDRESS) throw refused('is longer than 254 characters');
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  if (at < 1 || local.length > LONGEST_LOCAL_PART || !LOCAL_PART.test(local)) {
    throw refused('must be like name@example.org, in plain letters before the @');
  }
  const domain = domainToASCII(text.slice(at + 1)).toLowerCase();
  if (!DOMAIN.test(domain)) throw refused('must have a domain like example.org after the @');
  const address = `${local}@${domain}`;
  if (address.length > LONGEST_ADDRESS) throw refused('is longer than 254 characters');
  return { address, key: address.toLowerCase() };
}

/** For logs and lists: enough to recognise one's own, too little to write to. */
export function maskEmail(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, 1)}***${address.slice(at)}`;
}

const EMAIL = /[^\s@<>"']+@[^\s@<>"',;]+/g;

/** A text with all addresses in it masked. */
export const maskEmailsIn = (text: string): string => text.replace(EMAIL, maskEmail);

const refused = (why: string) => invalidInput(`The e-mail address ${why}.`, { argument: 'email' });
