import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { openingHere, transactionPath, useOpen } from '../opened';

/** Leads to another transaction, in the place of the one that is shown. */
export function WhaleLink({ id, children }: { id: string; children: ReactNode }) {
  const open = useOpen();
  return (
    <Link to={transactionPath(id)} onClick={(event) => openingHere(event, () => open(id))}>
      {children}
    </Link>
  );
}
