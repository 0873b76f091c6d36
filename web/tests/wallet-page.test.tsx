import { fireEvent, screen, waitFor } from '@testing-library/react';
import { GraphQLError } from 'graphql';
import { beforeAll, expect, describe, it } from 'vitest';
import { createSignedIn, openApp, publish } from './harness.tsx';
import { mapped } from './mock-schema.ts';
import { type MockWhale, mockWhale, whalePage } from './mock-whales.ts';

// Loaded once: on a busy machine that takes longer than a test waits for what it looks for.
beforeAll(async () => {
  await import('../src/app/pages/WhalesPages.tsx');
}, 60_000);

const ADDRESS = '0x28C6c06298d514Db089934071355E5743bf21d60';

/** The page of a wallet that is followed and labelled, with a note. */
function openWallet() {
  const { backend } = createSignedIn();
  const said = { name: 'My exchange', kind: 'EXCHANGE', note: 'asked them in May' };
  const key = { id: `ethereum:${ADDRESS}`, chain: 'ethereum', address: ADDRESS };
  const ownLabel = () => ({
    ...{ name: said.name, kind: said.kind, owner: null, source: 'own', sourceUrl: null },
    ...{ date: null, confidence: 1, isOwn: true },
  });
  const moves: MockWhale[] = [mockWhale(1)];
  const wallet = {
    ...key,
    ...{ firstSeen: null, lastSeen: null, explorerUrl: null, label: null, labels: [] },
    ...{ balances: [], counterparties: [], activity: [], ownLabel, ownNote: () => said.note },
    transactionCount: () => moves.length,
    transactions: (page: { first: number }) => whalePage(moves, page),
  };
  const asked: object[] = [];
  backend.others.asked = {
    wallet: () => wallet,
    labelledWallets: () => [wallet],
    wallets: () => [{ ...key, id: 'f1', name: null, group: null, since: mockWhale(0).time }],
    labelWallet: ({ input }: { input: Partial<typeof said> }) => {
      asked.push(input);
      if (!input.name) throw new GraphQLError('No name.');
      Object.assign(said, input);
      return wallet;
    },
  };
  backend.others.followed.walletMoved = () =>
    mapped(backend.events.stream('wallet'), (walletMoved) => ({ walletMoved }));
  openApp(`/wallet/ethereum/${ADDRESS}`, backend);
  return { backend, moves, asked };
}

describe('the page of a wallet', () => {
  it('lists what has just moved as soon as it counts it', async () => {
    const { backend, moves } = openWallet();
    await waitFor(() => expect(document.querySelectorAll('[data-whale]')).toHaveLength(1));
    moves.push(mockWhale(2));
    await publish(backend, 'wallet', mockWhale(2));
    await waitFor(() => expect(document.querySelectorAll('[data-whale]')).toHaveLength(2));
  });

  it('shows the note beside a label, and keeps it when the name changes', async () => {
    const { asked } = openWallet();
    await screen.findByText('asked them in May');
    fireEvent.click(screen.getByRole('button', { name: 'Change your label' }));
    const note: HTMLInputElement = await screen.findByLabelText('Your note');
    expect(note.value).toBe('asked them in May');
    fireEvent.change(screen.getByLabelText('Your name for it'), { target: { value: 'Theirs' } });
    fireEvent.click(screen.getByRole('button', { name: 'Keep the label' }));
    await waitFor(() => expect(asked).toHaveLength(1));
    expect(asked[0]).toMatchObject({ name: 'Theirs', note: 'asked them in May' });
  });
});
