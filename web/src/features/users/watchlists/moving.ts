import { useEffect, useRef, useState, type DragEvent, type KeyboardEvent } from 'react';

/** Moves the item at one place to another, both from 0. */
export type OnMove = (from: number, to: number) => void;

/** Keeps the focus where it was on an item that has changed its place, and says which place that is. */
export function useMoves(names: readonly string[], move: OnMove) {
  const frame = useRef<HTMLUListElement>(null);
  const [told, setTold] = useState('');
  const focus = useRef<HTMLElement | null>(null);
  useEffect(() => {
    focus.current?.focus();
    focus.current = null;
  }, [names]);
  const onMove: OnMove = (from, to) => {
    const name = names[from];
    if (name === undefined || to < 0 || to >= names.length) return;
    const active = document.activeElement;
    focus.current =
      active instanceof HTMLElement && frame.current?.contains(active) ? active : null;
    setTold(`${name} is number ${to + 1} of ${names.length} now.`);
    move(from, to);
  };
  return { frame, told, onMove };
}

/** Has an item be dragged, and take another one of its `kind` that is dropped on it. */
export function dragging(kind: string, place: number, onMove: OnMove) {
  const type = `application/x-spyhop-${kind}`;
  return {
    draggable: true,
    onDragStart: ({ dataTransfer }: DragEvent) => {
      dataTransfer.effectAllowed = 'move';
      dataTransfer.setData(type, String(place));
    },
    onDragOver: (event: DragEvent) => {
      if (event.dataTransfer.types.includes(type)) event.preventDefault();
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      const from = event.dataTransfer.getData(type);
      if (from !== '') onMove(Number(from), place);
    },
  };
}

/** Has Alt and an arrow move an item; an item that others are in keeps still when one of them is moved. */
export function movingByKeys(place: number, onMove: OnMove) {
  return (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    event.stopPropagation();
    onMove(place, place + (event.key === 'ArrowUp' ? -1 : 1));
  };
}
