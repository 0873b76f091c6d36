/** What JSON shows as it is between quotes, in texts short enough for looking to be cheaper than JSON.stringify. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]{0,64}$/;

/** A string as JSON. */
export const quote = (text: string): string =>
  PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
