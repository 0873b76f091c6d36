import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import { styled } from '@mui/material/styles';
import { useId, type ReactNode } from 'react';
import { Actions, Notice } from './form';
import { TEXT } from './theme';
import { useAction } from './useAction';

const Body = styled('div')(({ theme }) => ({
  display: 'grid',
  gap: 16,
  padding: 24,
  fontSize: TEXT.body,
  '& h2': { margin: 0, fontSize: TEXT.title, overflowWrap: 'anywhere' },
  '& p': { margin: 0, color: theme.vars.palette.text.secondary },
}));

interface SmallDialogProps {
  title: string;
  /** What it is about, read out with the title. */
  about: string;
  onClose: () => void;
  children: ReactNode;
}

/** A small dialog in front of the page, which Esc closes. */
export function SmallDialog({ title, about, onClose, children }: SmallDialogProps) {
  const id = useId();
  return (
    <Dialog
      open
      onClose={onClose}
      aria-labelledby={id}
      aria-describedby={`${id}-about`}
      transitionDuration={0}
      fullWidth
      maxWidth="xs"
    >
      <Body>
        <h2 id={id}>{title}</h2>
        <p id={`${id}-about`}>{about}</p>
        {children}
      </Body>
    </Dialog>
  );
}

interface QuestionProps extends Omit<SmallDialogProps, 'children'> {
  /** What the button says that does it. */
  yes: string;
  color?: 'primary' | 'error';
  onYes: () => Promise<void>;
  /** What is to be chosen beside. */
  children?: ReactNode;
}

/** Asks once more before something is done that cannot be undone; stays where that fails, and says why. */
export function Question({ yes, color = 'error', onYes, children, ...dialog }: QuestionProps) {
  const { onClose } = dialog;
  const { run, pending, failure } = useAction(async () => {
    await onYes();
    onClose();
  });
  return (
    <SmallDialog {...dialog}>
      {children}
      {failure !== undefined && <Notice tone="fault">{failure}</Notice>}
      <Actions>
        <Button
          variant="contained"
          disableElevation
          color={color}
          aria-disabled={pending}
          onClick={() => pending || run()}
        >
          {pending ? 'One moment' : yes}
        </Button>
        <Button autoFocus onClick={onClose}>
          Cancel
        </Button>
      </Actions>
    </SmallDialog>
  );
}
