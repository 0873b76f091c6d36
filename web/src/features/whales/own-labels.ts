import { createContext, useContext } from 'react';
import { type Label, NO_OWN_LABELS, type OwnLabels, type Party, withOwn } from './parties';

/** What the viewer calls wallets; nothing for who is not signed in. */
export const OwnLabelsContext = createContext<OwnLabels>(NO_OWN_LABELS);

/** What the viewer calls wallets, by the wallet's id. */
export const useOwnLabels = (): OwnLabels => useContext(OwnLabelsContext);

/** What the viewer calls a wallet; null for nothing. */
export const useOwnLabel = (walletId: string): Label | null => useOwnLabels().get(walletId) ?? null;

/** Somebody who takes part, with what the viewer calls them. */
export const useNamed = (party: Party): Party => withOwn(party, useOwnLabels());
