import { lazy, Suspense, useSyncExternalStore } from 'react';
import { proofRequests } from './session/proof';

const ProofDialog = lazy(() => import('./ProofDialog'));

/** Shows the dialog when something needs a fresh proof of who is signed in. */
export function ProofGate() {
  const asked = useSyncExternalStore(proofRequests.subscribe, proofRequests.get);
  if (!asked) return null;
  return (
    <Suspense>
      <ProofDialog onAnswer={proofRequests.answer} />
    </Suspense>
  );
}
