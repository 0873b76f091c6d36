import { useState } from 'react';

/** Puts a text on the clipboard. `isCopied` once that has happened; null where the browser offers no clipboard. */
export function useCopy(text: string): { copy: () => void; isCopied: boolean } | null {
  const [copied, setCopied] = useState<string | null>(null);
  // There is none where the page came over plain HTTP from another machine, whatever the types say.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (!clipboard) return null;
  return {
    copy: () =>
      void clipboard.writeText(text).then(
        () => setCopied(text),
        // Refused by the browser or the person: it stays uncopied.
        () => undefined,
      ),
    isCopied: copied === text,
  };
}
