/** NIST SP 800-63B, section 5.1.1.2: length, and nothing about which characters. */
const SHORTEST_PASSWORD = 12;
const LONGEST_PASSWORD = 128;
const LONGEST_NAME = 64;

/** What newly chosen passwords are asked to be. */
export const PASSWORD_HINT = `${SHORTEST_PASSWORD} characters or more. Several unrelated words make a good one.`;

/** What is wrong with an e-mail address, as far as can be told without asking; undefined where nothing is. */
export function emailFault(text: string): string | undefined {
  if (text.trim() === '') return 'Enter an e-mail address.';
  return /^\S+@\S+\.\S+$/.test(text.trim()) ? undefined : 'This is not an e-mail address.';
}

/** What is wrong with a password that is being chosen. */
export function newPasswordFault(text: string): string | undefined {
  const { length } = [...text.normalize('NFKC')];
  if (length < SHORTEST_PASSWORD) {
    return `A password has at least ${SHORTEST_PASSWORD} characters; this has ${length}.`;
  }
  return length > LONGEST_PASSWORD
    ? `A password has at most ${LONGEST_PASSWORD} characters.`
    : undefined;
}

/** What is wrong with a text that must be there. */
export function missing(text: string, sentence: string): string | undefined {
  return text.trim() === '' ? sentence : undefined;
}

/** What is wrong with a name that others see. */
export function nameFault(text: string): string | undefined {
  const { length } = [...text.trim()];
  if (length === 0) return 'Enter a name.';
  return length > LONGEST_NAME ? `A name has at most ${LONGEST_NAME} characters.` : undefined;
}

/** What is wrong with a code that an app shows. */
export function codeFault(text: string): string | undefined {
  return /^\d{6}$/.test(text.replace(/\s/g, '')) ? undefined : 'The code has six digits.';
}

/** How a field for the code of an app looks, to people and to password managers. */
export const CODE_INPUT = {
  label: 'Code',
  hint: 'Six digits that your app shows now.',
  inputMode: 'numeric',
  autoComplete: 'one-time-code',
  maxLength: 7,
} as const;

/** How a field for a recovery code looks. */
export const RECOVERY_INPUT = {
  label: 'Recovery code',
  hint: 'One of those that you were shown once. It counts once.',
  autoComplete: 'off',
  autoCapitalize: 'none',
  spellCheck: false,
  maxLength: 64,
} as const;
