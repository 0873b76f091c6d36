/** Whether a row was refused because there is one with the same key (Prisma's P2002). */
export const isUniqueViolation = (err: unknown): boolean =>
  err instanceof Error && 'code' in err && err.code === 'P2002';
