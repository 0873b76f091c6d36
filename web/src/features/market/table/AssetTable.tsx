import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useCallback,
  useEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
} from 'react';
import { useNavigate } from 'react-router';
import { ROW_HEIGHT, usePreferences } from '../../../ui/preferences';
import { rangeWith } from '../../../ui/rows-around';
import { assetPath } from '../asset-path';
import { AssetRow } from './AssetRow';
import { FIGURE_COLUMNS } from './columns';
import { rowAfterKey } from './row-keys';
import { HEADER_HEIGHT, TableFrame } from './table-look';
import { TableHead } from './TableHead';
import type { MarketsView, SortField } from './view-state';

const OVERSCAN_ROWS = 6;

interface AssetTableProps {
  /** The symbols to show, in order. */
  symbols: readonly string[];
  view: MarketsView;
  starred: ReadonlySet<string>;
  onSort: (field: SortField) => void;
  onToggleStar: (symbol: string) => void;
  /** Told when somebody starts or stops reading in the table. */
  onAttention: (attentive: boolean) => void;
}

/** The virtualised table of assets: arrows walk it, Enter opens, S stars. */
export function AssetTable(props: AssetTableProps) {
  const { symbols, view, starred, onSort, onToggleStar, onAttention } = props;
  const frame = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const rowHeight = ROW_HEIGHT[usePreferences().density];
  const [chosen, setChosen] = useState(0);
  const moved = useRef(false);
  const current = Math.min(chosen, Math.max(0, symbols.length - 1));
  const rows = useVirtualizer({
    count: symbols.length,
    getScrollElement: () => frame.current,
    estimateSize: useCallback(() => rowHeight, [rowHeight]),
    getItemKey: useCallback((index: number) => symbols[index] ?? index, [symbols]),
    rangeExtractor: rangeWith(current),
    overscan: OVERSCAN_ROWS,
    scrollPaddingStart: HEADER_HEIGHT,
  });

  useEffect(() => rows.measure(), [rows, rowHeight]);
  useEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    frame.current?.querySelector<HTMLElement>(`[data-index="${current}"]`)?.focus();
  }, [current]);

  const onKeyDown = (event: KeyboardEvent) => {
    const symbol = symbols[current];
    if (event.metaKey || event.ctrlKey || event.altKey || symbol === undefined) return;
    if (event.target instanceof HTMLButtonElement) return;
    if (event.key === 'Enter') void navigate(assetPath(symbol));
    else if (event.key === 's') onToggleStar(symbol);
    else {
      const pageRows = Math.floor((frame.current?.clientHeight ?? 0) / rowHeight) - 2;
      const next = rowAfterKey(event.key, current, symbols.length, pageRows);
      if (next === null) return;
      event.preventDefault();
      moved.current = next !== current;
      rows.scrollToIndex(next);
      setChosen(next);
    }
  };
  const onClick = (event: MouseEvent) => {
    if (!(event.target instanceof Element) || event.target.closest('a, button')) return;
    const symbol = event.target.closest<HTMLElement>('[data-symbol]')?.dataset.symbol;
    if (symbol) void navigate(assetPath(symbol));
  };

  return (
    <TableFrame
      ref={frame}
      role="grid"
      aria-label="Assets"
      aria-rowcount={symbols.length + 1}
      aria-colcount={FIGURE_COLUMNS.length + 3}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onFocus={(event) => {
        const row = event.target.closest<HTMLElement>('[data-index]');
        if (row) setChosen(Number(row.dataset.index));
        onAttention(true);
      }}
      onBlur={() => onAttention(false)}
      onPointerEnter={() => onAttention(true)}
      onPointerLeave={() => onAttention(false)}
    >
      <TableHead view={view} onSort={onSort} />
      <div role="rowgroup" className="body" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start, size }) => {
          const symbol = symbols[index];
          return symbol === undefined ? null : (
            <AssetRow
              key={symbol}
              symbol={symbol}
              index={index}
              top={start}
              height={size}
              starred={starred.has(symbol)}
              current={index === current}
              onToggleStar={onToggleStar}
            />
          );
        })}
      </div>
    </TableFrame>
  );
}
