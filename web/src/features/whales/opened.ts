import { type MouseEvent, useCallback } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';

/** Holds the id of the transaction that is open, in the address of whatever page. */
const PARAMETER = 'tx';

/** The address of a transaction's details, to be kept and shared. */
export const transactionPath = (id: string): string =>
  `/whales?${new URLSearchParams({ [PARAMETER]: id })}`;

/** The id of the transaction that is open; null for none. */
export function useOpenedId(): string | null {
  const [params] = useSearchParams();
  return params.get(PARAMETER) || null;
}

/** Tells that the page before was the same one, with nothing open. */
interface OpenedHere {
  isOpenedHere: true;
}

const isOpenedHere = (state: unknown): state is OpenedHere =>
  typeof state === 'object' && state !== null && 'isOpenedHere' in state;

/** Opens a transaction over the page that is shown; in the place of another one that is open. */
export function useOpen(): (id: string) => void {
  const { state } = useLocation() as { state: unknown };
  const [params, setParams] = useSearchParams();
  const isOther = params.has(PARAMETER);
  return useCallback(
    (id) =>
      setParams(
        (known) => {
          const next = new URLSearchParams(known);
          next.set(PARAMETER, id);
          return next;
        },
        { replace: isOther, state: isOther ? state : { isOpenedHere: true } },
      ),
    [setParams, isOther, state],
  );
}

/** Closes what is open: back to where it was opened, or, for who came by a link, the page below it. */
export function useClose(): () => void {
  const { state } = useLocation() as { state: unknown };
  const navigate = useNavigate();
  const [, setParams] = useSearchParams();
  return useCallback(() => {
    if (isOpenedHere(state)) return void navigate(-1);
    setParams(
      (known) => {
        const next = new URLSearchParams(known);
        next.delete(PARAMETER);
        return next;
      },
      { replace: true },
    );
  }, [state, navigate, setParams]);
}

/** Whether a click asks for nothing special, such as another tab. */
const isPlain = ({ button, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent): boolean =>
  button === 0 && !metaKey && !ctrlKey && !shiftKey && !altKey;

/** Has a plain click on a link to a transaction open it over the page. */
export function openingHere(event: MouseEvent, open: () => void): void {
  if (!isPlain(event)) return;
  event.preventDefault();
  open();
}
