import { fireEvent, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { createSignedIn, openApp } from './harness.tsx';
import { listId } from './mock-account.ts';
import { connection } from './mock-schema.ts';

const AT = '2024-08-09T11:00:00.000Z';
const ADDRESS = '0xbe0eb53f46cd790cd13851d5eff43d12404d33e8';

const byId = ({ id }: { id: string }) => id;
const without = <T extends { id: string }>(things: T[], id: string): true => {
  things.splice(
    things.findIndex((thing) => thing.id === id),
    1,
  );
  return true;
};

/** Somebody who has three of everything that can be taken away. */
function openOwner(path: string) {
  const three = <T extends object>(thing: (name: string) => T) =>
    ['One', 'Two', 'Three'].map((name) => ({ id: name, ...thing(name) }));
  const sessions = ['this', ...['One', 'Two', 'Three']].map((id) => ({
    ...{ id, device: id, address: '192.0.2.7', platform: 'desktop', isCurrent: id === 'this' },
    ...{ createdAt: AT, lastUsedAt: AT },
  }));
  const keys = three((name) => ({
    ...{ name, scopes: ['READ_MARKET'], allowedIps: [], createdAt: AT, expiresAt: null },
    ...{ lastUsedAt: null, lastUsedAddress: null },
  }));
  const passkeys = three((name) => ({ name, createdAt: AT, lastUsedAt: null }));
  const watchlists = three((name) => ({ name, symbols: ['BTC', 'ETH'], version: 1 })).map(
    (list, at) => ({ ...list, id: listId(at + 1) }),
  );
  const wallets = three((name) => ({
    ...{ name, chain: 'ethereum', address: name === 'One' ? ADDRESS : name, since: AT },
    group: name === 'Three' ? null : 'Exchanges',
  }));
  const { backend, account } = createSignedIn({ watchlists });
  const ownLabel = {
    ...{ name: 'Cold', owner: 'Cold', kind: 'OTHER', source: 'own', sourceUrl: null, date: AT },
    ...{ confidence: 1, isOwn: true },
  };
  const wallet = { id: 'w', chain: 'ethereum', address: ADDRESS };
  backend.labelledWallets = [{ ...wallet, ownLabel }];
  const unseen = { firstSeen: null, lastSeen: null, transactionCount: 0, explorerUrl: null };
  backend.others.asked = {
    me: () => ({
      ...account,
      secondFactor: { totp: true, recoveryCodesLeft: 10, passkeys },
      sessions: connection(sessions, byId, false),
      apiKeys: connection(keys, byId, false),
    }),
    wallets: () => wallets,
    wallet: () => ({
      ...{ ...wallet, ...unseen, label: null, labels: [], balances: [], counterparties: [] },
      ...{ activity: [], transactions: connection([], String, false) },
    }),
    endSession: ({ id }: { id: string }) => without(sessions, id),
    endOtherSessions: () => sessions.splice(1).length,
    revokeApiKey: ({ id }: { id: string }) => without(keys, id),
    removePasskey: ({ id }: { id: string }) => without(passkeys, id),
    unfollowWallet: ({ id }: { id: string }) => without(wallets, id),
    removeWalletLabel: () => {
      backend.labelledWallets = [];
      return wallet;
    },
  };
  openApp(path, backend);
}

const press = async (name: string) => {
  const button = await screen.findByRole('button', { name });
  button.focus();
  fireEvent.click(button);
};
/** What has the keyboard, once that is what it should be. */
const focused = (name: string) =>
  waitFor(() => {
    const { activeElement } = document;
    expect(activeElement?.getAttribute('aria-label') ?? activeElement?.textContent).toBe(name);
  });
const told = (sentence: string) =>
  waitFor(() => {
    const regions = [...document.querySelectorAll('[aria-live="polite"]')];
    expect(regions.map(({ textContent }) => textContent)).toContain(sentence);
  });

interface Kind {
  path: string;
  /** The button of a thing, and what else is pressed then. */
  button: (name: string) => string;
  yes?: string;
  sentence: (name: string) => string;
  /** The heading of the list. */
  heading: string;
}

const KINDS: Record<string, Kind> = {
  'a session': {
    path: '/account/sessions',
    button: (name) => `End the session of ${name}, from 192.0.2.7`,
    sentence: (name) => `The session of ${name} has ended.`,
    heading: 'Signed-in devices',
  },
  'a key': {
    path: '/account/keys',
    button: (name) => `Revoke ${name}`,
    yes: 'Revoke it',
    sentence: (name) => `${name} is revoked.`,
    heading: 'Keys',
  },
  'a passkey': {
    path: '/account/security',
    button: (name) => `Remove ${name}`,
    yes: 'Remove it',
    sentence: (name) => `${name} is removed.`,
    heading: 'Passkeys',
  },
  'a watchlist': {
    path: '/account/watchlists',
    button: (name) => `Delete ${name}`,
    yes: 'Yes, delete it',
    sentence: (name) => `${name} is deleted.`,
    heading: 'Lists',
  },
  'a followed wallet': {
    path: '/whales/wallets',
    button: (name) => `Unfollow ${name}`,
    sentence: (name) => `You no longer follow ${name}.`,
    heading: 'You follow no wallet yet',
  },
};

describe.each(Object.entries(KINDS))('%s that is taken away', (_, kind) => {
  const remove = async (name: string) => {
    await press(kind.button(name));
    if (kind.yes !== undefined) await press(kind.yes);
    await told(kind.sentence(name));
  };

  it('leaves the keyboard with the next one, then with the last one, then with the heading', async () => {
    openOwner(kind.path);
    await remove('Two');
    await focused(kind.button('Three'));
    await remove('Three');
    await focused(kind.button('One'));
    await remove('One');
    await focused(kind.heading);
  });
});

describe('all other sessions that are ended', () => {
  it('leave the keyboard with the heading', async () => {
    openOwner('/account/sessions');
    await press('End all other sessions');
    await told('All other sessions have ended.');
    await focused('Signed-in devices');
  });
});

describe('an asset that is taken off a list', () => {
  it('leaves the keyboard with the next one, then with the heading', async () => {
    openOwner('/account/watchlists');
    await press('Assets of One');
    await press('Take BTC off One');
    await told('BTC is off One.');
    await focused('Take ETH off One');
    await press('Take ETH off One');
    await told('ETH is off One.');
    await focused('Lists');
  });
});

describe('on the page of a wallet', () => {
  it('an own label that is removed leaves the keyboard with the heading of the labels', async () => {
    openOwner(`/wallet/ethereum/${ADDRESS}`);
    await press('Remove your label');
    await told('Your label is removed.');
    await focused('Whose it is said to be');
  });

  it('unfollowing leaves the keyboard with the name of the wallet', async () => {
    openOwner(`/wallet/ethereum/${ADDRESS}`);
    await press('Unfollow');
    await told('You no longer follow this wallet.');
    await focused('Cold');
  });
});
