import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { openApp, publish } from './harness.tsx';
import { ADA, BOB, MockAdministration, eventOf } from './mock-administration.ts';

function openAs(userId: string, path: string, accounts = new MockAdministration()) {
  return { accounts, ...openApp(path, accounts.behind(userId)) };
}

const account = () => screen.getByLabelText(/^Account of/);

describe('security events', () => {
  it('say what they are and what to do next', async () => {
    openAs(BOB, '/account/events');
    await screen.findByText('Several failed sign-ins');
    await screen.findByText('If it was not you, end that session and change your password.');
    const [line] = within(screen.getByRole('main')).getAllByText('Sign-in with a new device');
    const next = line?.closest('li')?.querySelector('a');
    expect(next?.getAttribute('href')).toBe('/account/sessions');
  });

  it('say that there is nothing to do where there are none', async () => {
    const accounts = new MockAdministration();
    accounts.events = [];
    openAs(BOB, '/account/events', accounts);
    await screen.findByText(/Nothing unusual so far/);
    expect(account().dataset.unseen).toBe('false');
  });

  it('that nobody has looked at mark the account until somebody does', async () => {
    openAs(BOB, '/account/keys');
    await waitFor(() => expect(account().dataset.unseen).toBe('true'));
    fireEvent.click(screen.getByRole('link', { name: 'Security events' }));
    await screen.findByText('Several failed sign-ins');
    await waitFor(() => expect(account().dataset.unseen).toBe('false'));
  });

  it('are told at once wherever one is, and lead to their list', async () => {
    const { accounts, backend } = openAs(BOB, '/account/keys');
    const raised = eventOf(3, 'KEY_USED_ELSEWHERE', BOB);
    accounts.events = [raised, ...accounts.events];
    await publish(backend, 'security', raised);
    const notice = await screen.findByRole('alert');
    expect(notice.textContent).toContain('API key refused at a foreign address');
    fireEvent.click(within(notice).getByRole('link', { name: 'Look at it' }));
    expect(location.pathname).toBe('/account/events');
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('that come while the list is read wait behind a pill', async () => {
    const { accounts, backend } = openAs(BOB, '/account/events');
    await screen.findByText('Several failed sign-ins');
    const raised = eventOf(3, 'TOKEN_REUSED', BOB);
    accounts.events = [raised, ...accounts.events];
    await publish(backend, 'security', raised);
    const pill = await screen.findByRole('button', { name: '1 new' });
    const list = pill.parentElement as HTMLElement;
    expect(within(list).queryByText('A session was used twice')).toBeNull();
    fireEvent.click(pill);
    await within(list).findByText('A session was used twice');
    expect(screen.queryByRole('button', { name: '1 new' })).toBeNull();
  });
});

describe('an administrator', () => {
  it('is told what is nobody’s own, and not what is somebody else’s', async () => {
    const { backend } = openAs(ADA, '/account/keys');
    await publish(backend, 'security', eventOf(4, 'NEW_DEVICE', BOB));
    await act(async () => backend.events.publish('security', eventOf(5, 'ACCOUNT_SPRAYING', null)));
    const notice = await screen.findByRole('alert');
    expect(notice.textContent).toContain('Many accounts tried from one address');
    fireEvent.click(within(notice).getByRole('link', { name: 'Look at it' }));
    expect(location.pathname).toBe('/admin/events');
  });
});
