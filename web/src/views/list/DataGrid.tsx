import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { Entity, Field, Rec } from '@/api/types';
import { t } from '@/i18n/t';
import { rowHeight, useDensity } from '@/theme/theme';
import { Header } from './GridHeader';
import { GridRow, mayEdit } from './GridRow';
import { useWidths } from './useWidths';
import { useWindow, type Viewport } from './viewport';
import './grid.css';

export interface DataGridProps {
  entityName: string;
  entity: Entity;
  columns: Field[];
  rows: Rec[];
  label: string;
  sort?: string;
  onSort?: (field: string) => void;
  selected?: Set<string>;
  onSelect?: (selected: Set<string>) => void;
  onOpen: (record: Rec) => void;
  onEnd?: () => void;
  more?: boolean;
  /** Saves one value of one record; without it cells cannot be edited in place. */
  onEdit?: (record: Rec, field: Field, value: unknown) => Promise<void>;
  rowActions?: (record: Rec) => ReactNode;
  /** Room for them, in pixels. */
  actionsWidth?: number;
  place?: { scroll: number };
  /** Told which rows are on screen, and moved from outside. */
  viewport?: Viewport;
  refreshing?: boolean;
  empty?: ReactNode;
}

/** The whole text of a cell that is cut off; made when the pointer comes, not for every cell drawn. */
function tooltip(e: React.MouseEvent) {
  const text = (e.target as HTMLElement).closest<HTMLElement>('.cell');
  if (text && !text.title && !text.classList.contains('cell-editing') && text.scrollWidth > text.clientWidth) text.title = text.textContent ?? '';
}

/** Scrolls sideways until a column stands between the pinned ones. */
function bringIntoView(grid: HTMLElement | null, column: number, widths: number[], pinned: number, actions: number) {
  if (!grid || column === 0) return void (grid && (grid.scrollLeft = 0));
  const left = pinned + widths.slice(1, column).reduce((n, w) => n + w, 0);
  const right = left + widths[column];
  if (left - grid.scrollLeft < pinned) grid.scrollLeft = left - pinned;
  else if (right - grid.scrollLeft > grid.clientWidth - actions) grid.scrollLeft = right - grid.clientWidth + actions;
}

export function DataGrid(p: DataGridProps) {
  const { rows, columns, selected, onSelect, onOpen, more } = p;
  const scroller = useRef<HTMLDivElement>(null);
  const height = rowHeight(useDensity());
  const { width, resize } = useWidths(p.entityName, p.entity);
  const [active, setActive] = useState({ row: -1, column: 0 });
  const [editing, setEditing] = useState<{ row: string; field: string } | null>(null);
  const id = useId();
  const last = useRef(-1);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 4,
    initialOffset: p.place?.scroll ?? 0,
  });
  useEffect(() => {
    virtual.measure();
  }, [height, virtual]);
  useEffect(() => {
    if (scroller.current && p.place?.scroll) scroller.current.scrollTop = p.place.scroll;
  }, [p.place]);

  const items = useWindow(virtual, rows.length, 20, p);

  const actions = p.rowActions ? (p.actionsWidth ?? 44) : 0;
  const template = useMemo(
    () =>
      [onSelect ? '40px' : '', ...columns.map((c) => `${width(c)}px`), actions ? `${actions}px` : '', 'minmax(0, 1fr)']
        .filter(Boolean)
        .join(' '),
    [columns, width, onSelect, actions],
  );
  const total = useMemo(
    () => columns.reduce((n, c) => n + width(c), 0) + (onSelect ? 40 : 0) + actions,
    [columns, width, onSelect, actions],
  );

  // Rows are memoised: what they call must not change with the selection.
  const live = useRef(p);
  live.current = p;
  const toggle = useCallback((index: number, range: boolean) => {
    const { rows: all, selected: now, onSelect: set } = live.current;
    if (!set || !now) return;
    const next = new Set(now);
    const on = !now.has(all[index].id);
    const from = range && last.current >= 0 ? Math.min(last.current, index) : index;
    const to = range && last.current >= 0 ? Math.max(last.current, index) : index;
    for (let i = from; i <= to; i++)
      if (on) next.add(all[i].id);
      else next.delete(all[i].id);
    last.current = index;
    set(next);
  }, []);
  const onEditing = useCallback((row: string | null, field: string) => {
    setEditing(row ? { row, field } : null);
    // The keys go on where they were.
    if (!row) scroller.current?.focus({ preventScroll: true });
  }, []);
  const move = (row: number, column = active.column) => {
    const next = { row: Math.max(0, Math.min(rows.length - 1, row)), column: Math.max(0, Math.min(columns.length - 1, column)) };
    setActive(next);
    if (next.row !== active.row) virtual.scrollToIndex(next.row);
    bringIntoView(scroller.current, next.column, columns.map(width), (onSelect ? 40 : 0) + width(columns[0]), actions);
  };
  const keys = (e: KeyboardEvent) => {
    if (e.target !== e.currentTarget || !rows.length) return;
    const { row, column } = active;
    const record = rows[row];
    const far = e.ctrlKey || e.metaKey;
    if (e.key === 'ArrowDown' || e.key === 'j') move(row + 1);
    else if (e.key === 'ArrowUp' || e.key === 'k') move(row - 1);
    else if (e.key === 'ArrowRight') move(Math.max(row, 0), row < 0 ? 0 : column + 1);
    else if (e.key === 'ArrowLeft') move(Math.max(row, 0), column - 1);
    else if (e.key === 'PageDown') move(row + 15);
    else if (e.key === 'PageUp') move(row - 15);
    else if (e.key === 'Home') move(far ? 0 : Math.max(row, 0), 0);
    else if (e.key === 'End') move(far ? rows.length - 1 : Math.max(row, 0), columns.length - 1);
    else if (e.key === 'Enter' && record) onOpen(record);
    else if (e.key === 'F2' && record && p.onEdit && mayEdit(record, columns[column])) onEditing(record.id, columns[column].name);
    else if (e.key === ' ' && record) toggle(row, e.shiftKey);
    else return;
    e.preventDefault();
  };
  const every = rows.length > 0 && rows.every((r) => selected?.has(r.id));
  return (
    <div
      ref={scroller}
      className={`grid${p.refreshing ? ' grid-refreshing' : ''}`}
      role="grid"
      tabIndex={0}
      aria-label={p.label}
      aria-rowcount={more ? -1 : rows.length + 1}
      aria-colcount={columns.length}
      aria-multiselectable={Boolean(onSelect)}
      aria-activedescendant={active.row >= 0 ? `${id}-${active.row}-cell` : undefined}
      aria-busy={p.refreshing}
      onKeyDown={keys}
      onScroll={(e) => {
        if (p.place) p.place.scroll = e.currentTarget.scrollTop;
      }}
    >
      <div className={`grid-inner${rows.length ? '' : ' is-empty'}`} style={{ '--cols': template, minWidth: total } as React.CSSProperties}>
        <Header
          columns={columns}
          sort={p.sort ?? ''}
          onSort={p.onSort}
          width={width}
          resize={resize}
          actions={Boolean(p.rowActions)}
          check={
            onSelect && (
              <input
                type="checkbox"
                aria-label={t('list.select_all')}
                checked={every}
                ref={(el) => {
                  if (el) el.indeterminate = !every && Boolean(selected?.size);
                }}
                onChange={() => onSelect(every ? new Set() : new Set(rows.map((r) => r.id)))}
              />
            )
          }
        />
        <div role="rowgroup" className="grid-body" onMouseOver={tooltip} style={{ height: virtual.getTotalSize() }}>
          {items.map((v) => {
            const row = rows[v.index];
            return (
              <GridRow
                key={row.id}
                id={`${id}-${v.index}`}
                row={row}
                index={v.index}
                top={v.start}
                columns={columns}
                entityName={p.entityName}
                title={p.entity.title}
                cursor={v.index === active.row ? active.column : -1}
                editing={editing?.row === row.id ? editing.field : null}
                selected={Boolean(selected?.has(row.id))}
                selectable={Boolean(onSelect)}
                onToggle={toggle}
                onEditing={onEditing}
                onEdit={p.onEdit}
                rowActions={p.rowActions}
              />
            );
          })}
        </div>
      </div>
      {rows.length === 0 && (
        <div role="rowgroup">
          <div role="row">
            <div role="gridcell">{p.empty}</div>
          </div>
        </div>
      )}
    </div>
  );
}
