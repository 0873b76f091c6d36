import type { Clock } from '@spyhop/platform/clock';
import type { Identity } from '@spyhop/platform/identity';
import type { LiveEvents } from '@spyhop/platform/live-events';
import type { Exchange } from '@spyhop/platform/subgraph-contexts';
import type { Client } from '../rules/session';
import type { AccountAdministration } from '../store/account-administration';
import type { Accounts } from '../store/accounts';
import type { AdminReading } from '../store/admin-reading';
import type { AuditLog } from '../store/audit-log';
import type { DeviceStore } from '../store/devices';
import type { EmailChanges } from '../store/email-changes';
import type { OutgoingMail } from '../store/outgoing-mail';
import type { OwnSessions } from '../store/own-sessions';
import type { PasskeySignIn } from '../store/passkey-sign-in';
import type { PasskeyStore } from '../store/passkey-store';
import type { Passkeys } from '../store/passkeys';
import type { PasswordChanges } from '../store/password-changes';
import type { PasswordProof } from '../store/password-proof';
import type { Reauthentication } from '../store/reauthentication';
import type { RaisedAlerts } from '../store/raised-alerts';
import type { AccountRegistration } from '../store/registration';
import type { SecondFactors } from '../store/second-factors';
import type { SecondSignIn } from '../store/second-sign-in';
import type { SecurityLedger } from '../store/security-ledger';
import type { SessionGrants } from '../store/session-grants';
import type { TotpEnrolment } from '../store/totp-enrolment';
import type { Later } from '../rules/errand';
import type { PreferenceStore } from '../store/preferences';
import type { ProfileStore } from '../store/profiles';
import type { WatchlistStore } from '../store/watchlists';
import type { AccountDeletions } from '../store/account-deletions';
import type { DataExport } from '../store/data-export';
import type { ApiKeyStore } from '../store/api-keys';
import type { UserStore } from '../store/users';
import { clientOf } from './client';
import { type Viewer, viewerOf } from './viewer';

/** Second factors, and what they take part in. */
export interface FactorServices {
  secondFactors: SecondFactors;
  totpEnrolment: TotpEnrolment;
  passkeys: PasskeyStore;
  passkeyProofs: Passkeys;
  secondSignIn: SecondSignIn;
  passkeySignIn: PasskeySignIn;
  reauthentication: Reauthentication;
}

/** What keeps that which users own. */
export interface OwnedServices {
  apiKeys: ApiKeyStore;
  preferences: PreferenceStore;
  profiles: ProfileStore;
  watchlists: WatchlistStore;
  deletions: AccountDeletions;
  /** For how long the deletion of an account can be cancelled, milliseconds. */
  deletionGraceMs: number;
  dataExport: DataExport;
  outgoing: OutgoingMail;
  /** Where people reach the product. */
  publicUrl: string;
  live: LiveEvents;
  later: Later;
  ledger: SecurityLedger;
}

/** What all requests work with. */
export interface UsersServices extends FactorServices, OwnedServices {
  users: UserStore;
  registration: AccountRegistration;
  passwordProof: PasswordProof;
  passwordChanges: PasswordChanges;
  emailChanges: EmailChanges;
  grants: SessionGrants;
  ownSessions: OwnSessions;
  devices: DeviceStore;
  accounts: Accounts;
  administration: AccountAdministration;
  adminReading: AdminReading;
  auditLog: AuditLog;
  raisedAlerts: RaisedAlerts;
  clock: Clock;
  /** How long ago somebody who changes what guards their account may have proved who they are. */
  recentAuthenticationMs: number;
}

/** What resolvers work with. */
export interface UsersContext extends UsersServices {
  /** Who asks; null for nobody. */
  viewer: Viewer | null;
  /** Where they ask from. */
  client: Client;
  exchange: Exchange;
  /** When it was asked, epoch ms. */
  now: number;
}

/** A fresh context for every request. */
export const createContext = (
  services: UsersServices,
  identity: Identity | null,
  exchange: Exchange,
): UsersContext => ({
  ...services,
  viewer: viewerOf(identity),
  client: clientOf(exchange),
  exchange,
  now: services.clock(),
});
