/** What sealed text is bound to (associated data of AES-256-GCM): moved to another row it does not open. */
export const SEALED_AS = {
  signingKey: (kid: string): string => `signing-key:${kid}`,
  session: (sessionId: string): string => `session:${sessionId}`,
  totp: (userId: string): string => `totp:${userId}`,
} as const;
