import type { KeyboardEvent, MouseEvent } from 'react';

/** The attribute of the link by which a row is opened, one for each row. */
export const ROW_LINK = 'data-row-link';

const SELECTOR = `[${ROW_LINK}]`;

const STEPS: Readonly<Record<string, 1 | -1>> = { ArrowDown: 1, ArrowUp: -1 };

/** Lets arrows walk from the link of a row to those of the rows beside it; for what is around the rows. */
export function walkRows(event: KeyboardEvent<HTMLElement>): void {
  const step = STEPS[event.key];
  const { target, currentTarget } = event;
  if (step === undefined || event.metaKey || event.ctrlKey || event.altKey) return;
  const row = target instanceof Element ? target.closest('[role="row"]') : null;
  const current = row?.querySelector<HTMLElement>(SELECTOR);
  if (!current) return;
  const links = [...currentTarget.querySelectorAll<HTMLElement>(SELECTOR)];
  const next = links[links.indexOf(current) + step];
  event.preventDefault();
  next?.focus();
}

/** Opens a row that is clicked beside its links and buttons; not where somebody has marked text of it. */
export function openByRow(event: MouseEvent<HTMLElement>, open: () => void): void {
  const { target, currentTarget } = event;
  if (!(target instanceof Element) || target.closest('a, button')) return;
  if (window.getSelection()?.isCollapsed === false) return;
  // There the focus returns when it is closed.
  currentTarget.querySelector<HTMLElement>(SELECTOR)?.focus();
  open();
}
