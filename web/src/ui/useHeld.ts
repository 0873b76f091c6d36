import {
  type FocusEvent,
  type PointerEvent,
  type RefObject,
  type UIEvent,
  useRef,
  useState,
} from 'react';

/** Whether a list is held, and what to give to its parts so that this is known. */
export interface Held<Rows extends HTMLElement> {
  /** Somebody reads: what is new waits. */
  held: boolean;
  /** For the element that scrolls. */
  rows: RefObject<Rows | null>;
  onScroll: (event: UIEvent<Rows>) => void;
  /** For what is around the rows and the pill, which lies on them: on the way to it somebody still reads. */
  frame: {
    onPointerMove: (event: PointerEvent) => void;
    onPointerLeave: () => void;
    onFocus: (event: FocusEvent) => void;
    onBlur: (event: FocusEvent) => void;
  };
  /** Goes to the top, and holds no more. */
  letGo: () => void;
}

/** Holds a list while the mouse or the keyboard is on it, or while it is scrolled down by more than a row, in pixels. */
export function useHeld<Rows extends HTMLElement>(rowHeight: number): Held<Rows> {
  const [pointed, setPointed] = useState(false);
  const [scrolled, setScrolled] = useState(false);
  const [focused, setFocused] = useState(false);
  const rows = useRef<Rows>(null);
  return {
    held: pointed || scrolled || focused,
    rows,
    onScroll: ({ currentTarget }) => setScrolled(currentTarget.scrollTop > rowHeight),
    frame: {
      onPointerMove: ({ pointerType }) => setPointed(pointerType === 'mouse'),
      onPointerLeave: () => setPointed(false),
      // A click leaves the focus behind where nobody reads any more.
      onFocus: ({ target }) => setFocused(target.matches(':focus-visible')),
      onBlur: ({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) setFocused(false);
      },
    },
    letGo: () => {
      rows.current?.scrollTo({ top: 0 });
      setScrolled(false);
      setPointed(false);
      setFocused(false);
    },
  };
}
