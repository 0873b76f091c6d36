export const ROLES = ['USER', 'ADMIN'] as const;
export type Role = (typeof ROLES)[number];

const SCOPES: Readonly<Record<Role, readonly string[]>> = {
  USER: [
    'read:market',
    'read:whales',
    'write:whales',
    'read:portfolio',
    'write:portfolio',
    'write:alerts',
  ],
  ADMIN: ['admin'],
};

/** What somebody with these roles may do when signed in, sorted. */
export const scopesOfRoles = (roles: readonly string[]): string[] => {
  const known = ROLES.filter((role) => roles.includes(role));
  return [...new Set(known.flatMap((role) => SCOPES[role]))].sort();
};
