import { lazy, Suspense } from 'react';
import { useSignalChoice } from './choice';

const WhaleSignaller = lazy(() => import('./WhaleSignaller'));

/** Loads what signals whales where somebody has chosen that. */
export function SignalsGate() {
  const choice = useSignalChoice();
  if (!choice.sound && !choice.notification) return null;
  return (
    <Suspense>
      <WhaleSignaller choice={choice} />
    </Suspense>
  );
}
