import Button from '@mui/material/Button';
import { useState } from 'react';
import { Actions, Notice } from './form';
import { useAction } from './useAction';

interface ConfirmedProps {
  /** What the button says at first … */
  action: string;
  /** … what is asked then, and the two answers. */
  question: string;
  yes: string;
  no: string;
  color?: 'primary' | 'error';
  onYes: () => Promise<void>;
}

/** A button for what nobody should do by accident: it asks once more. */
export function Confirmed({ action, question, yes, no, color, onYes }: ConfirmedProps) {
  const [asking, setAsking] = useState(false);
  const { run, pending, failure } = useAction(async () => {
    await onYes();
    setAsking(false);
  });
  const look = { color: color ?? 'primary', disableElevation: true } as const;
  return (
    <>
      {failure !== undefined && <Notice tone="fault">{failure}</Notice>}
      {asking ? (
        <>
          <p>{question}</p>
          <Actions>
            <Button {...look} variant="contained" aria-disabled={pending} onClick={() => run()}>
              {pending ? 'One moment' : yes}
            </Button>
            <Button autoFocus onClick={() => setAsking(false)}>
              {no}
            </Button>
          </Actions>
        </>
      ) : (
        <Actions>
          <Button {...look} variant="outlined" onClick={() => setAsking(true)}>
            {action}
          </Button>
        </Actions>
      )}
    </>
  );
}
