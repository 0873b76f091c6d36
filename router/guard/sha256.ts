import { createHash } from 'node:crypto';

/** In hexadecimal, as clients send it. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
