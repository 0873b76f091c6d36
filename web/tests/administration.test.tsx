import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { openApp } from './harness.tsx';
import { ADA, BOB, MockAdministration } from './mock-administration.ts';

function openAsAda(path: string) {
  const accounts = new MockAdministration();
  openApp(path, accounts.behind(ADA));
  return accounts;
}

const type = (label: string | RegExp, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
const entries = () =>
  within(screen.getByRole('list', { name: 'Entries' })).getAllByRole('listitem');

it('pages for administrators refuse everybody else, and ask the server for nothing', async () => {
  const accounts = new MockAdministration();
  openApp('/admin/audit', accounts.behind(BOB));
  await screen.findByText('This page is for administrators');
  expect(screen.queryByRole('navigation', { name: 'Account' })).toBeNull();
  expect(accounts.auditFilters).toEqual([]);
});

describe('the accounts', () => {
  it('are searched once an address is complete, which stays out of the address bar', async () => {
    const accounts = openAsAda('/admin/accounts');
    const list = await screen.findByRole('list', { name: 'Accounts' });
    await within(list).findByText('Bob');
    type('E-mail address of the account', 'bob@');
    type('E-mail address of the account', 'bob@example.org');
    await waitFor(() => expect(within(list).queryByText('Ada')).toBeNull());
    expect(accounts.asked).toEqual(['users: all', 'users: bob@example.org']);
    expect(location.search).toBe('');
  });

  it('are filtered by what the address bar holds', async () => {
    openAsAda('/admin/accounts?role=ADMIN&locked=no');
    const role = await screen.findByRole('combobox', { name: 'Role' });
    expect((role as HTMLSelectElement).value).toBe('ADMIN');
    fireEvent.change(role, { target: { value: '' } });
    expect(location.search).toBe('?locked=no');
  });
});

describe('an account', () => {
  it('is locked for a reason only', async () => {
    const accounts = openAsAda(`/admin/accounts/${BOB}`);
    await screen.findByLabelText('Reason');
    press('Lock the account');
    await screen.findByText('Say why, for whoever reads the log.');
    type('Reason', 'Sends spam');
    press('Lock the account');
    await screen.findByText(/^Locked since/);
    expect(accounts.asked).toEqual(['lock: Sends spam']);
  });

  it('gets another role after a second question', async () => {
    const accounts = openAsAda(`/admin/accounts/${BOB}`);
    await screen.findByText('Is a user.');
    press('Make an administrator');
    press('Leave it');
    press('Make an administrator');
    expect(accounts.asked).toEqual([]);
    press('Yes, make an administrator');
    await screen.findByText('Is an administrator.');
    expect(accounts.asked).toEqual(['roles: USER ADMIN']);
  });

  it('that is gone is said to be gone', async () => {
    openAsAda('/admin/accounts/0c000000-0000-4000-8000-00000000000c');
    await screen.findByText('There is no such account');
  });
});

describe('the audit log', () => {
  it('tells each entry in words, with all that is known behind it', async () => {
    openAsAda('/admin/audit');
    await screen.findAllByText('Account locked');
    const [entry] = entries();
    await waitFor(() => expect(entry?.textContent).toContain('by you, about Bob'));
    const details = entry?.querySelector('details');
    if (details) details.open = true;
    await screen.findByText('Sends spam');
    const names = [...(entry?.querySelectorAll('dt') ?? [])].map((name) => name.textContent);
    expect(names.slice(0, 3)).toEqual(['reason', 'before', 'after']);
  });

  it('is asked for by what the address bar holds, and by ids in place of addresses', async () => {
    const { auditFilters } = openAsAda('/admin/audit?kind=USER_LOCKED&actor=nonsense');
    await screen.findAllByText('by you, about Bob');
    expect(auditFilters.at(-1)).toMatchObject({ kind: 'USER_LOCKED', actor: null });
    type('About', 'bob@example.org');
    press('Show');
    await waitFor(() => expect(location.search).toBe(`?kind=USER_LOCKED&subject=${BOB}`));
    await waitFor(() => expect(auditFilters.at(-1)).toMatchObject({ subject: BOB }));
  });

  it('dims what stands there until another page comes, and fades nothing', async () => {
    let answer: Promise<void> = Promise.resolve();
    let comes = () => {};
    openApp('/admin/audit', new MockAdministration().behind(ADA), () => answer);
    await screen.findAllByText('Account locked');
    answer = new Promise((resolve) => (comes = resolve));
    press('Older');
    const list = screen.getByRole('list', { name: 'Entries' });
    await waitFor(() => expect(list.getAttribute('aria-busy')).toBe('true'));
    for (let part: Element | null = list; part; part = part.parentElement) {
      expect(['', '1']).toContain(getComputedStyle(part).opacity);
    }
    const dimmed = getComputedStyle(list.querySelector('strong') ?? list).color;
    comes();
    await waitFor(() => expect(list.getAttribute('aria-busy')).toBe('false'));
    expect(getComputedStyle(list.querySelector('strong') ?? list).color).not.toBe(dimmed);
  });

  it('says at the field that an account is unknown', async () => {
    openAsAda('/admin/audit');
    await screen.findByLabelText('Done by');
    type('Done by', 'nobody@example.org');
    press('Show');
    await screen.findByText('There is no account with this address.');
    expect(location.search).toBe('');
  });

  it('goes on to older entries and back, a page at a time', async () => {
    openAsAda('/admin/audit');
    await screen.findAllByText('Account locked');
    const startsWith = async (address: string) => {
      await waitFor(() => expect(entries()[0]?.textContent).toContain(address));
    };
    await startsWith('203.0.113.60');
    press('Older');
    await startsWith('203.0.113.35');
    press('Older');
    await startsWith('203.0.113.10');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Older' }).disabled).toBe(true);
    press('Newer');
    await startsWith('203.0.113.35');
  });
});

it('access is explained with the decision and the rule behind it', async () => {
  openAsAda(`/admin/access?who=${BOB}`);
  const who = await screen.findByLabelText('Who asks');
  expect((who as HTMLInputElement).value).toBe(BOB);
  type('What they ask for', 'users');
  press('Explain');
  await screen.findByText('Enter a field like User.email.');
  type('What they ask for', 'Query.users');
  press('Explain');
  await screen.findByText('Refused.');
  expect(screen.getByText(/The rule “administrators-only” decides/)).toBeTruthy();
  expect(screen.getByText(/Also about it: open/)).toBeTruthy();
});
