import { useEffect, useRef, useState, type ReactNode } from 'react';

/** What was focused as something was about to go, and where that stood among what can go, from 0; -1 for nowhere. */
interface Going {
  focused: Element | null;
  place: number;
}

/** How to take things of a kind away. */
export interface Removal {
  /**
   * Takes one thing away by `act`, or several where `id` is null, and then has a screen reader say the sentence;
   * rejects where `act` does.
   */
  remove: (id: string | null, sentence: string, act: () => Promise<unknown>) => Promise<void>;
  /** For the button of a thing. */
  removes: (id: string) => { 'data-removes': string; 'data-id': string };
  /** Stands where it outlives all of the things. */
  told: ReactNode;
}

const partOf = (region: Element | null): Element =>
  region?.closest('section, main') ?? document.body;

const buttonsOf = (kind: string, region: Element | null): HTMLElement[] =>
  [...partOf(region).querySelectorAll<HTMLElement>('[data-removes]')].filter(
    ({ dataset }) => dataset.removes === kind,
  );

function focusHeading(region: Element | null): void {
  const heading = partOf(region).querySelector<HTMLElement>('h1, h2');
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus();
}

/**
 * For things of a kind that can be taken away: the keyboard's focus, which would fall to the page with the thing, goes
 * to what takes the next one away, else the last one, else to the heading of the section or page.
 */
export function useRemoval(kind: string): Removal {
  const region = useRef<HTMLSpanElement>(null);
  const going = useRef<Going | null>(null);
  const [sentence, setSentence] = useState('');
  useEffect(() => {
    if (!going.current || going.current.focused?.isConnected) return;
    const { place } = going.current;
    going.current = null;
    // Somebody has gone elsewhere meanwhile.
    if (document.activeElement !== document.body) return;
    const next = place < 0 ? undefined : buttonsOf(kind, region.current);
    const button = next?.[place] ?? next?.at(-1);
    if (button) button.focus();
    else focusHeading(region.current);
  });
  const remove: Removal['remove'] = async (id, words, act) => {
    const place = buttonsOf(kind, region.current).findIndex(({ dataset }) => dataset.id === id);
    going.current = { focused: document.activeElement, place };
    // The same words again are news only after others.
    setSentence('');
    try {
      await act();
    } catch (error) {
      going.current = null;
      throw error;
    }
    setSentence(words);
  };
  return {
    remove,
    removes: (id: string) => ({ 'data-removes': kind, 'data-id': id }),
    told: (
      <span ref={region} className="visually-hidden" aria-live="polite">
        {sentence}
      </span>
    ),
  };
}
