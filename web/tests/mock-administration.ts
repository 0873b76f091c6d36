import { GraphQLError } from 'graphql';
import { createMockAccount } from './mock-account.ts';
import { connection, createMockBackend, mapped, type MockBackend } from './mock-schema.ts';

/** Accounts of the stand-in: one administrator, and somebody else. */
export const ADA = '0a000000-0000-4000-8000-00000000000a';
export const BOB = '0b000000-0000-4000-8000-00000000000b';

interface ListedAccount {
  id: string;
  email: string;
  displayName: string;
  roles: string[];
  createdAt: string;
  lockedAt: string | null;
}

const AT = '2024-08-09T11:00:00.000Z';

const accountOf = (id: string, displayName: string, roles: string[]): ListedAccount => ({
  ...{ id, displayName, roles, createdAt: AT, lockedAt: null },
  email: `${displayName.toLowerCase()}@example.org`,
});

/** A security event as the API tells it; later ones have greater ids. */
export const eventOf = (id: number, kind: string, userId: string | null) => ({
  ...{ id: String(id), kind, userId, at: AT, address: '203.0.113.7' },
  device: 'Firefox on Linux',
  details: [],
});

interface Page {
  first: number;
  after?: string | null;
}

interface AuditArguments extends Page {
  filter: Record<string, string | null> | null;
}

/** What an administrator asks the API, and what it says to that. */
export class MockAdministration {
  readonly accounts = [accountOf(BOB, 'Bob', ['USER']), accountOf(ADA, 'Ada', ['USER', 'ADMIN'])];
  events = [eventOf(2, 'FAILURE_BURST', ADA), eventOf(1, 'NEW_DEVICE', ADA)];
  /** The filters by which the audit log was asked for. */
  readonly auditFilters: AuditArguments['filter'][] = [];
  readonly asked: string[] = [];

  /** A backend that has these accounts too, where `userId` is signed in. */
  behind(userId: string): MockBackend {
    const backend = createMockBackend(() => Date.parse(AT), 3);
    const me = { ...createMockAccount(), ...this.find(userId) };
    backend.account = me;
    backend.others.asked = {
      me: () => ({ ...me, securityEvents: (page: Page) => this.pageOfEvents(page) }),
      user: ({ id }: { id: string }) => this.accounts.find((account) => account.id === id) ?? null,
      users: (asked: Page & { filter: { email: string | null } | null }) => this.list(asked),
      securityEvents: (page: Page) => this.pageOfEvents(page),
      auditLog: (asked: AuditArguments) => this.auditLog(asked),
      explainAccess: () => ({
        isAllowed: false,
        rule: 'administrators-only',
        because: 'It takes an administrator who is signed in.',
        speaking: ['administrators-only', 'open'],
      }),
      lockUser: ({ id, reason }: { id: string; reason: string }) => {
        this.asked.push(`lock: ${reason}`);
        return Object.assign(this.find(id), { lockedAt: AT });
      },
      setRoles: ({ id, roles }: { id: string; roles: string[] }) => {
        this.asked.push(`roles: ${roles.join(' ')}`);
        return Object.assign(this.find(id), { roles });
      },
    };
    const { events } = backend;
    backend.others.followed = {
      securityEvent: ({ all }: { all: boolean }) =>
        mapped(events.stream('security'), (event) => {
          const raised = event as ReturnType<typeof eventOf>;
          return all || raised.userId === userId ? { securityEvent: raised } : null;
        }),
    };
    return backend;
  }

  private find(id: string): ListedAccount {
    const found = this.accounts.find((account) => account.id === id);
    if (found) return found;
    throw new GraphQLError(`There is no user "${id}".`, { extensions: { code: 'NOT_FOUND' } });
  }

  private list({ filter }: { filter: { email: string | null } | null }) {
    this.asked.push(`users: ${filter?.email ?? 'all'}`);
    const found = this.accounts.filter(({ email }) => email === (filter?.email ?? email));
    return connection(found, ({ id }) => id, false);
  }

  private pageOfEvents({ first, after }: Page) {
    const start = after ? this.events.findIndex(({ id }) => id === after) + 1 : 0;
    const shown = this.events.slice(start, start + first);
    return connection(shown, ({ id }) => id, start + first < this.events.length);
  }

  private auditLog({ filter, first, after }: AuditArguments) {
    this.auditFilters.push(filter);
    const newest = after ? Number(after) - 1 : 60;
    const entries = Array.from({ length: Math.min(first, newest) }, (_, at) => ({
      ...{ id: String(newest - at), at: AT, kind: 'USER_LOCKED', actor: ADA, subject: BOB },
      ...{ sessionId: null, userAgent: null, hash: 'ab'.repeat(32) },
      address: `203.0.113.${newest - at}`,
      details: [
        { name: 'after', value: 'locked' },
        { name: 'before', value: 'unlocked' },
        { name: 'reason', value: 'Sends spam' },
      ],
    }));
    return connection(entries, ({ id }) => id, newest > first);
  }
}
