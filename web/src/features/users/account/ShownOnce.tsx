import Button from '@mui/material/Button';
import { styled } from '@mui/material/styles';
import { Actions, Notice } from '../../../ui/form';
import { TEXT } from '../../../ui/theme';
import { useCopy } from '../../../ui/useCopy';

const Secret = styled('pre')(({ theme }) => ({
  margin: 0,
  padding: 12,
  fontFamily: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  fontSize: TEXT.body,
  lineHeight: 1.7,
  whiteSpace: 'pre-wrap',
  overflowWrap: 'anywhere',
  border: `1px solid ${theme.vars.palette.divider}`,
  borderRadius: 6,
  background: theme.vars.palette.background.paper,
  userSelect: 'all',
}));

/** Has the browser keep a text as a file. */
export function download(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

interface ShownOnceProps {
  /** What it is and what to do with it. */
  sentence: string;
  label: string;
  text: string;
  /** The name of the file that it can be kept in. */
  file: string;
  onDone: () => void;
}

/** A secret that nobody can show again: to be copied or kept before it goes. */
export function ShownOnce({ sentence, label, text, file, onDone }: ShownOnceProps) {
  const clipboard = useCopy(text);
  return (
    <>
      <Notice tone="warning">{sentence}</Notice>
      <Secret aria-label={label} tabIndex={0}>
        {text}
      </Secret>
      <Actions>
        {clipboard && (
          <Button variant="outlined" onClick={clipboard.copy}>
            {clipboard.isCopied ? 'Copied' : 'Copy'}
          </Button>
        )}
        <Button variant="outlined" onClick={() => download(file, 'text/plain', `${text}\n`)}>
          Download
        </Button>
        <Button variant="contained" disableElevation onClick={onDone}>
          I have kept it
        </Button>
      </Actions>
    </>
  );
}
