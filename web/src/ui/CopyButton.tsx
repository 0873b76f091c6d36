import { IconAction } from './controls';
import { CopyIcon, DoneIcon, LinkIcon } from './icons';
import { useCopy } from './useCopy';

interface CopyButtonProps {
  text: string;
  /** What it copies, for people: "Copy the hash". */
  label: string;
  /** It is an address that leads here. */
  isLink?: boolean;
}

/** Copies a text; nothing where the browser offers no clipboard. */
export function CopyButton({ text, label, isLink = false }: CopyButtonProps) {
  const clipboard = useCopy(text);
  if (!clipboard) return null;
  const ToCopy = isLink ? LinkIcon : CopyIcon;
  const Icon = clipboard.isCopied ? DoneIcon : ToCopy;
  return (
    <>
      <IconAction label={label} onClick={clipboard.copy}>
        <Icon width={16} height={16} />
      </IconAction>
      <span role="status" className="visually-hidden">
        {clipboard.isCopied && 'Copied'}
      </span>
    </>
  );
}
