import Button from '@mui/material/Button';
import type { ReactNode } from 'react';
import { Notice } from '../../ui/form';
import { useAction } from '../../ui/useAction';
import { askForPasskey } from './passkeys';

interface PasskeyButtonProps {
  /** What the browser is to ask with: PublicKeyCredentialRequestOptionsJSON of the server. */
  options: () => unknown;
  /** Takes the browser's answer; rejects with what the server said. */
  onPasskey: (passkey: unknown) => Promise<void>;
  /** Told true while the browser asks, and until its answer was taken. */
  onAsking?: (asking: boolean) => void;
  children: ReactNode;
}

/** Asks for a passkey, and says what went wrong with it. */
export function PasskeyButton({ options, onPasskey, onAsking, children }: PasskeyButtonProps) {
  const { run, pending, failure } = useAction(async () => {
    onAsking?.(true);
    try {
      await onPasskey(await askForPasskey(await options()));
    } finally {
      onAsking?.(false);
    }
  });
  return (
    <>
      {failure !== undefined && <Notice tone="fault">{failure}</Notice>}
      <Button variant="outlined" fullWidth aria-disabled={pending} onClick={() => run()}>
        {children}
      </Button>
    </>
  );
}
