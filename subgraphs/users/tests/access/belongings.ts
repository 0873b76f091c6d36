import { randomUUID } from 'node:crypto';
import { systemClock } from '@spyhop/platform/clock';
import { until } from '@spyhop/platform/testkit/until';
import type { PrismaClient } from '@spyhop/prisma/client';
import { Authenticator, type CreationOptions } from '../authenticator';
import { CONFIRM_TOTP, SET_UP_TOTP, totpCode } from '../factor-kit';
import { CREATE_KEY, type MadeKey } from '../keys';
import { FINISH_REGISTRATION, START_REGISTRATION } from '../passkey-kit';

/** The large transaction that there is, and the wallet that it is of. */
export const WHALE = {
  chain: 'bitcoin',
  hash: '4a5e',
  address: '34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo',
} as const;

/** The scopes of the key, and of one that has none of those which fields ask for. */
export const KEY_SCOPES = ['read:market', 'read:whales', 'write:whales'] as const;
export const UNSCOPED = ['write:alerts'] as const;

/** The ids of what the owner has, and what holds a passkey. */
export interface Belongings {
  session: string;
  apiKey: string;
  passkey: string;
  /** Has the passkey. */
  authenticator: Authenticator;
  watchlist: string;
  followedWallet: string;
}

const DAY_MS = 86_400_000;
const CLIENT = {
  address: '192.0.2.1',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
};

/** Asks in the name of whose the things are to be; throws where there are errors. */
type AskAsOwner = <Data>(query: string, variables?: Record<string, unknown>) => Promise<Data>;

/** One of each thing that somebody can have, and keys as their owner is shown them. */
export async function giveBelongings(
  system: PrismaClient,
  userId: string,
  data: AskAsOwner,
): Promise<Belongings & { keys: Record<'key' | 'unscoped', string> }> {
  const now = new Date(systemClock());
  const unscoped = await makeKey(data, UNSCOPED);
  const { key, apiKey } = await makeKey(data, KEY_SCOPES);
  const factors = await addFactors(system, data);
  const watchlist = await data<{ createWatchlist: { id: string } }>(
    `mutation { createWatchlist(name: "Mine", symbols: ["BTC"]) { id } }`,
  );
  await data(`mutation { requestAccountDeletion }`);
  await system.preference.create({
    data: {
      ...{ userId, currency: 'EUR', timeZone: 'Europe/Berlin', theme: 'DARK', locale: 'de-DE' },
      defaultInterval: '1h',
    },
  });
  const session = await system.session.findFirstOrThrow({ where: { userId } });
  return {
    ...factors,
    ...{ apiKey: apiKey.id, keys: { key, unscoped: unscoped.key }, session: session.id },
    ...{ watchlist: watchlist.createWatchlist.id },
    followedWallet: await giveWallet(system, userId, now),
  };
}

/** Returns its id. */
export async function giveSession(system: PrismaClient, userId: string): Promise<string> {
  const now = new Date(systemClock());
  const { id } = await system.session.create({
    data: {
      ...{ id: randomUUID(), userId, generation: 0, tokenHash: new Uint8Array(32), chainKey: '' },
      ...{ createdAt: now, usedAt: now, authTime: now, amr: ['pwd'], ...CLIENT },
      expiresAt: new Date(systemClock() + DAY_MS),
    },
  });
  return id;
}

async function makeKey(data: AskAsOwner, scopes: readonly string[]): Promise<MadeKey> {
  const input = {
    ...{ name: 'Mine', allowedIps: ['127.0.0.0/8'] },
    scopes: scopes.map((scope) => scope.toUpperCase().replace(':', '_')),
    expiresAt: new Date(systemClock() + DAY_MS).toISOString(),
  };
  const { createApiKey } = await data<{ createApiKey: MadeKey }>(CREATE_KEY, { input });
  return createApiKey;
}

/** A passkey that was used, an app that shows codes, and recovery codes. */
async function addFactors(
  system: PrismaClient,
  data: AskAsOwner,
): Promise<Pick<Belongings, 'passkey' | 'authenticator'>> {
  const authenticator = new Authenticator();
  const options = await data<{ startPasskeyRegistration: CreationOptions }>(START_REGISTRATION);
  const { finishPasskeyRegistration: added } = await data<{
    finishPasskeyRegistration: { passkey: { id: string } };
  }>(FINISH_REGISTRATION, {
    response: authenticator.create(options.startPasskeyRegistration),
    name: 'Mine',
  });
  await system.passkey.updateMany({ data: { lastUsedAt: new Date(systemClock()) } });
  const { setUpTotp } = await data<{ setUpTotp: { manualKey: string } }>(SET_UP_TOTP);
  await data(CONFIRM_TOTP, { code: totpCode(setUpTotp.manualKey, systemClock()) });
  return { passkey: added.passkey.id, authenticator };
}

/** The newest entries of all logs. */
export async function giveEntries(system: PrismaClient, userId: string): Promise<void> {
  const at = new Date(systemClock());
  await system.auditArrival.create({
    data: {
      ...{ at, kind: 'TOKEN_REUSED', actor: userId, subject: userId, sessionId: randomUUID() },
      ...{ ...CLIENT, details: { reason: 'test' } },
    },
  });
  await until(async () => (await system.auditEntry.count({ where: { kind: 'TOKEN_REUSED' } })) > 0);
}

/** A wallet with labels that is followed; returns the id as which it is. */
async function giveWallet(system: PrismaClient, userId: string, now: Date): Promise<string> {
  const { chain, address } = WHALE;
  const source = { source: 'test', sourceUrl: 'https://example.org', date: now, confidence: 1 };
  await system.walletLabel.create({
    data: { chain, address, name: 'A test', kind: 'OTHER', owner: 'test', ...source },
  });
  await system.walletLabelRevision.updateMany({ data: { revision: { increment: 1 } } });
  const own = { userId, chain, address, name: 'Mine' };
  await system.ownWalletLabel.create({
    data: { ...own, kind: 'OTHER', note: 'A test.', updatedAt: now },
  });
  const { id } = await system.followedWallet.create({
    data: { ...own, id: randomUUID(), group: 'Group', since: now },
  });
  return id;
}
