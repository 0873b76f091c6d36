import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { createSignedIn, openApp } from './harness.tsx';
import { connection } from './mock-schema.ts';

const AT = '2024-08-09T11:00:00.000Z';
const LATER = '2024-08-09T11:45:00.000Z';

/** Somebody's account with what guards it, and what the API is asked to do with that. */
function openAccount(path: string, { totp = true, passkeys = ['Laptop'] } = {}) {
  const { backend, account } = createSignedIn();
  const asked: string[] = [];
  let keys = [{ id: 'k1', name: 'Trading bot' }];
  let factor = {
    totp,
    recoveryCodesLeft: 10,
    passkeys: passkeys.map((name) => ({ id: name, name, createdAt: AT, lastUsedAt: null })),
  };
  const sessions = [
    { id: 's1', device: 'Firefox on Linux', address: '192.0.2.7', isCurrent: true },
    { id: 's2', device: 'Safari on iOS', address: '198.51.100.4', isCurrent: false },
  ].map((session) => ({ ...session, createdAt: AT, lastUsedAt: LATER, platform: 'desktop' }));
  const kept = { scopes: ['READ_MARKET'], allowedIps: [], createdAt: AT, expiresAt: null };
  const unused = { lastUsedAt: null, lastUsedAddress: null };
  backend.others.asked = {
    me: () => ({
      ...account,
      secondFactor: factor,
      sessions: connection(sessions, ({ id }) => id, false),
      apiKeys: connection(
        keys.map((key) => ({ ...key, ...kept, ...unused })),
        ({ id }) => id,
        false,
      ),
    }),
    rotateApiKey: ({ id, overlapMinutes }: { id: string; overlapMinutes: number }) => {
      asked.push(`rotate ${id}, overlap ${overlapMinutes}`);
      return { key: 'spyhop_new' };
    },
    revokeApiKey: ({ id }: { id: string }) => {
      asked.push(`revoke ${id}`);
      keys = [];
      return true;
    },
    removePasskey: ({ id }: { id: string }) => {
      asked.push(`remove ${id}`);
      factor = { ...factor, passkeys: [] };
      return true;
    },
    removeTotp: () => {
      asked.push('remove codes');
      factor = { ...factor, totp: false };
      return true;
    },
    renewRecoveryCodes: () => {
      asked.push('new recovery codes');
      return ['new-code'];
    },
  };
  openApp(path, backend);
  return { asked, failing: backend.failing };
}

const button = (name: string) => screen.getByRole('button', { name });
const press = async (name: string) => {
  const found = await screen.findByRole('button', { name });
  found.focus();
  fireEvent.click(found);
};
const description = (element: Element) =>
  document.getElementById(element.getAttribute('aria-describedby') ?? '')?.textContent;

describe('a key', () => {
  it('is revoked after a second question, which Esc takes back', async () => {
    const { asked } = openAccount('/account/keys');
    await press('Revoke Trading bot');
    const dialog = screen.getByRole('dialog', { name: 'Revoke Trading bot?' });
    expect(description(dialog)).toContain('refused within a second');
    expect(document.activeElement).toBe(within(dialog).getByRole('button', { name: 'Cancel' }));
    fireEvent.keyDown(dialog, { key: 'Escape' });
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(document.activeElement).toBe(button('Revoke Trading bot'));
    expect(asked).toEqual([]);
    await press('Revoke Trading bot');
    fireEvent.click(button('Revoke it'));
    fireEvent.click(button('One moment'));
    await screen.findByText(/You have no keys yet/);
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(asked).toEqual(['revoke k1']);
  });

  it('works on for a day beside the one in its place, unless said otherwise', async () => {
    const { asked } = openAccount('/account/keys');
    await press('Rotate Trading bot');
    fireEvent.click(button('Rotate it'));
    await screen.findByText('spyhop_new');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await press('Rotate Trading bot');
    const dialog = screen.getByRole('dialog', { name: 'Rotate Trading bot?' });
    const overlap = within(dialog).getByRole('combobox', { name: 'The key before works on' });
    fireEvent.change(overlap, { target: { value: '0' } });
    fireEvent.click(button('Rotate it'));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(asked).toEqual(['rotate k1, overlap 1440', 'rotate k1, overlap 0']);
  });

  it('that could not be revoked is said to be there still, where it was asked', async () => {
    const { failing } = openAccount('/account/keys');
    failing.add('revokeApiKey');
    await press('Revoke Trading bot');
    fireEvent.click(button('Revoke it'));
    const fault = await screen.findByRole('alert');
    expect(screen.getByRole('dialog').contains(fault)).toBe(true);
    fireEvent.click(button('Cancel'));
    expect(button('Rotate Trading bot')).toBeDefined();
  });
});

describe('a second factor', () => {
  it('is removed after a second question', async () => {
    const { asked } = openAccount('/account/security');
    await press('Remove Laptop');
    fireEvent.click(button('Cancel'));
    await press('Turn off');
    fireEvent.click(button('Cancel'));
    expect(asked).toEqual([]);
    await press('Remove Laptop');
    fireEvent.click(button('Remove it'));
    await screen.findByText(/You have no passkey yet/);
    await press('Turn off');
    fireEvent.click(button('Turn them off'));
    await screen.findByText('Codes are off');
    expect(asked).toEqual(['remove Laptop', 'remove codes']);
  });

  it('that is an app is missed as much as there is nothing beside it', async () => {
    openAccount('/account/security', { passkeys: [] });
    await press('Turn off');
    expect(description(screen.getByRole('dialog'))).toContain('your password alone');
  });

  it('that is an app leaves the passkey', async () => {
    openAccount('/account/security');
    await press('Turn off');
    expect(description(screen.getByRole('dialog'))).toContain('will ask for a passkey');
  });
});

describe('recovery codes', () => {
  it('are made anew after a second question, as those before count no more', async () => {
    const { asked } = openAccount('/account/security');
    await press('Make new ones');
    const dialog = screen.getByRole('dialog', { name: 'Make new recovery codes?' });
    expect(description(dialog)).toContain('count no more');
    fireEvent.click(button('Cancel'));
    expect(asked).toEqual([]);
    await press('Make new ones');
    fireEvent.click(button('Make them'));
    await screen.findByText('new-code');
    expect(asked).toEqual(['new recovery codes']);
  });
});

describe('the sessions', () => {
  it('tell browser and system once, from where and when, and what ending the others does', async () => {
    openAccount('/account/sessions');
    const device = await screen.findByText('Firefox on Linux');
    const facts = device.parentElement?.textContent ?? '';
    expect(facts).toMatch(/^Firefox on LinuxLast used .+ from 192\.0\.2\.7 · signed in .+$/);
    expect(facts).not.toContain('desktop');
    expect(button('End the session of Safari on iOS, from 198.51.100.4')).toBeDefined();
    expect(description(button('End all other sessions'))).toContain('Keys go on working.');
  });
});

describe('who is signed in', () => {
  it('is asked again where the answer failed', async () => {
    const { backend } = createSignedIn();
    backend.failing.add('me');
    openApp('/', backend);
    await screen.findByLabelText('Account');
    backend.failing.delete('me');
    await screen.findByLabelText('Account of Ann', {}, { timeout: 20_000 });
  });
});
