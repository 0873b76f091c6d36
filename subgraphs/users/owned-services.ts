import type { OwnedServices } from './graphql/context';
import type { RecordSecurityEvent } from './rules/security-event';
import type { ServiceParts } from './services';
import { AccountDeletions } from './store/account-deletions';
import { DataExport } from './store/data-export';
import { ApiKeyFilling } from './store/api-key-filling';
import { ApiKeyIndex } from './store/api-key-index';
import { ApiKeyUses } from './store/api-key-uses';
import { ApiKeyVerification } from './store/api-key-verification';
import type { OutgoingMail } from './store/outgoing-mail';
import { PreferenceStore } from './store/preferences';
import { ProfileStore } from './store/profiles';
import type { Revocations } from './store/revocations';
import { WatchlistStore } from './store/watchlists';
import { ApiKeyStore } from './store/api-keys';

/** Part of the composition root: what keeps that which users own. */
export function createOwnedServices(
  parts: ServiceParts & {
    recordSecurityEvent: RecordSecurityEvent;
    outgoing: OutgoingMail;
    revocations: Revocations;
  },
): OwnedServices & { keyVerification: ApiKeyVerification } {
  const { prisma, system, redis, live, later, ledger, outgoing } = parts;
  const index = new ApiKeyIndex(redis);
  const filling = new ApiKeyFilling(system, index);
  const uses = new ApiKeyUses(prisma, redis);
  return {
    apiKeys: new ApiKeyStore(prisma, redis, index, uses),
    keyVerification: new ApiKeyVerification({ ...parts, index, filling, uses }),
    deletions: new AccountDeletions({ ...parts, index, uses }),
    dataExport: new DataExport(prisma, uses),
    preferences: new PreferenceStore(prisma),
    profiles: new ProfileStore(prisma),
    watchlists: new WatchlistStore(prisma),
    ...{ live, later, ledger, outgoing },
    deletionGraceMs: parts.deletionGraceMs,
    publicUrl: parts.publicUrl,
  };
}
