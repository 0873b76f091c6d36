import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import {
  WatchlistsContext,
  dropLocally,
  toggleLocally,
  useLocalSymbols,
} from '../features/market/watchlists';
import {
  AccountWatchlistsContext,
  useAccountWatchlists,
  type AccountWatchlists,
} from '../features/users/watchlists/useAccountWatchlists';
import { explain } from '../ui/error-code';
import { Toast } from '../ui/Toast';
import { WATCHLIST_PATH } from './shell/Navigation';

type Notice = { tone: 'done' | 'fault'; text: string } | null;

const assets = (count: number) => (count === 1 ? 'The asset' : `The ${count} assets`);

/** Moves what was starred before signing in to the account, and says so. What could not be kept stays here. */
function useTakeOver(account: AccountWatchlists | null, onNotice: (notice: Notice) => void): void {
  const symbols = useLocalSymbols();
  const takeOver = account?.takeOver;
  const isBusy = useRef(false);
  useEffect(() => {
    if (!takeOver || symbols.length === 0 || isBusy.current) return;
    isBusy.current = true;
    const subject = `${assets(symbols.length)} that you starred in this browser`;
    takeOver(symbols)
      .then(
        (name) => {
          onNotice({
            tone: 'done',
            text: `${subject} ${symbols.length === 1 ? 'is' : 'are'} on “${name}” in your account now.`,
          });
          dropLocally(symbols);
        },
        (error: unknown) =>
          onNotice({
            tone: 'fault',
            text: `${subject} could not be put on a list of your account, and stay here. ${explain(error)}`,
          }),
      )
      .finally(() => (isBusy.current = false));
  }, [onNotice, symbols, takeOver]);
}

/** Gives the pages the watchlists of the account that is signed in, or else the one of this browser. */
export function Watchlists({ children }: { children: ReactNode }) {
  const [notice, setNotice] = useState<Notice>(null);
  const close = useCallback(() => setNotice(null), []);
  const onFault = useCallback(
    (error: unknown) =>
      setNotice({ tone: 'fault', text: `Your watchlist is as it was. ${explain(error)}` }),
    [],
  );
  const { account, isLoading } = useAccountWatchlists(onFault);
  useTakeOver(account, setNotice);
  const symbols = useLocalSymbols();
  const shown = useMemo(() => {
    const browser = { id: 'browser', name: 'Watchlist', symbols };
    return account
      ? { lists: account.lists, toggle: account.toggle, isLoading }
      : { lists: [browser], toggle: toggleLocally, isLoading };
  }, [account, isLoading, symbols]);
  return (
    <AccountWatchlistsContext value={account}>
      <WatchlistsContext value={shown}>
        {children}
        {notice && (
          <Toast tone={notice.tone} onClose={close}>
            {notice.text}{' '}
            {notice.tone === 'done' && (
              <Link to={WATCHLIST_PATH} onClick={close}>
                Show it
              </Link>
            )}
          </Toast>
        )}
      </WatchlistsContext>
    </AccountWatchlistsContext>
  );
}
