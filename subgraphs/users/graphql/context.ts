import type { Clock } from '@spyhop/platform/clock';
import type { Identity } from '@spyhop/platform/identity';
import type { LiveEvents } from '@spyhop/platform/live-events';
import type { Exchange } from '@spyhop/platform/subgraph-contexts';
import type { RecordSecurityEvent } from '../rules/security-event';
import type { Client } from '../rules/session';
import type { AccountAdministration } from '../store/account-administration';
import type { Accounts } from '../store/accounts';
import type { AuditLog } from '../store/audit-log';
import type { DeviceStore } from '../store/devices';
import type { EmailChanges } from '../store/email-changes';
import type { OwnSessions } from '../store/own-sessions';
import type { PasswordChanges } from '../store/password-changes';
import type { PasswordProof } from '../store/password-proof';
import type { RaisedAlerts } from '../store/raised-alerts';
import type { AccountRegistration } from '../store/registration';
import type { SessionGrants } from '../store/session-grants';
import type { UserStore } from '../store/users';
import { clientOf } from './client';
import { type Viewer, viewerOf } from './viewer';

/** What all requests work with. */
export interface UsersServices {
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
  auditLog: AuditLog;
  raisedAlerts: RaisedAlerts;
  live: LiveEvents;
  recordSecurityEvent: RecordSecurityEvent;
  clock: Clock;
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
