import { useQuery } from '@apollo/client/react';
import { useMemo, type ReactNode } from 'react';
import { useReconnected } from '../../ui/connection';
import { OwnLabelsContext } from './own-labels';
import { NO_OWN_LABELS, type OwnLabels as Labels } from './parties';
import { LABELLED_WALLETS } from './party-documents';

interface OwnLabelsProps {
  isSignedIn: boolean;
  children: ReactNode;
}

/** Gives pages what the viewer calls wallets. */
export function OwnLabels({ isSignedIn, children }: OwnLabelsProps) {
  const { data, refetch } = useQuery(LABELLED_WALLETS, { skip: !isSignedIn });
  useReconnected(() => void (isSignedIn && refetch().catch(() => undefined)));
  const wallets = isSignedIn ? data?.labelledWallets : undefined;
  const labels = useMemo<Labels>(
    () =>
      wallets
        ? new Map(wallets.flatMap(({ id, ownLabel }) => (ownLabel ? [[id, ownLabel]] : [])))
        : NO_OWN_LABELS,
    [wallets],
  );
  return <OwnLabelsContext value={labels}>{children}</OwnLabelsContext>;
}
