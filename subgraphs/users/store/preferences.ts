import type { PrismaClient } from '@spyhop/prisma/client';
import { asUser } from '@spyhop/prisma/row-owner';
import {
  DEFAULT_PREFERENCES,
  type PreferenceChanges,
  type Preferences,
  changePreferences,
  intervalOf,
  themeOf,
} from '../rules/preferences';
import { lockOwner } from './owner-lock';

interface Row {
  currency: string;
  timeZone: string | null;
  theme: string;
  locale: string | null;
  defaultInterval: string;
}

/** How users want things to be shown. */
export class PreferenceStore {
  constructor(private readonly prisma: PrismaClient) {}

  find(userId: string): Promise<Preferences> {
    return asUser(this.prisma, userId, async (tx) =>
      preferencesOf(await tx.preference.findUnique({ where: { userId } })),
    );
  }

  /** What is not in the changes stays. Throws INVALID_INPUT. */
  change(userId: string, changes: PreferenceChanges): Promise<Preferences> {
    return asUser(this.prisma, userId, async (tx) => {
      await lockOwner(tx, userId);
      const known = preferencesOf(await tx.preference.findUnique({ where: { userId } }));
      const changed = changePreferences(known, changes);
      await tx.preference.upsert({
        where: { userId },
        create: { userId, ...changed },
        update: changed,
      });
      return changed;
    });
  }
}

const preferencesOf = (row: Row | null): Preferences =>
  row === null
    ? DEFAULT_PREFERENCES
    : {
        currency: row.currency,
        timeZone: row.timeZone,
        theme: themeOf(row.theme),
        locale: row.locale,
        defaultInterval: intervalOf(row.defaultInterval),
      };
