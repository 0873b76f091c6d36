import { lazy, Suspense, useEffect, useRef } from 'react';
import { useOpenedId } from '../opened';
import type { AssetPath } from '../feed/WhaleRow';

const Details = lazy(() => import('./Details'));

/** Whoever came by a link has opened it from nowhere: then the keyboard goes on at its row, where there is one. */
function focusRowOf(id: string): void {
  if (document.activeElement !== document.body) return;
  document.querySelector<HTMLElement>(`[data-whale="${CSS.escape(id)}"] a`)?.focus();
}

/** Shows the transaction that the address names, over whatever page. */
export function DetailsGate({ toAsset }: { toAsset: AssetPath }) {
  const id = useOpenedId();
  const last = useRef(id);
  useEffect(() => {
    if (id === null && last.current !== null) focusRowOf(last.current);
    last.current = id;
  }, [id]);
  if (id === null) return null;
  return (
    <Suspense>
      <Details {...{ id, toAsset }} />
    </Suspense>
  );
}
