import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type ReactNode } from 'react';
import type { Entity, Field, Rec } from '@/api/types';
import { t } from '@/i18n/t';
import { titleOf } from '@/metadata/fields';
import { RecordLink } from '@/ui/RecordLink';
import { useWindow, type Viewport } from './viewport';
import './grid.css';
import { ListCell } from './ListCell';

interface Props {
  entityName: string;
  entity: Entity;
  columns: Field[];
  rows: Rec[];
  selected?: Set<string>;
  onSelect?: (s: Set<string>) => void;
  onEnd?: () => void;
  more?: boolean;
  place?: { scroll: number };
  /** Told which cards are on screen, and moved from outside. */
  viewport?: Viewport;
  empty?: ReactNode;
  rowActions?: (record: Rec) => ReactNode;
}
/** The list on a phone: one card a record. */
export function CardList({ entityName, entity, columns, rows, selected, onSelect, onEnd, more, place, viewport, empty, rowActions }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 130,
    overscan: 6,
    initialOffset: place?.scroll ?? 0,
  });
  const items = useWindow(virtual, rows.length, 10, { viewport, more, onEnd });
  useEffect(() => {
    if (scroller.current && place?.scroll) scroller.current.scrollTop = place.scroll;
  }, [place]);
  const facts = columns.filter((f) => f.name !== entity.title).slice(0, 4);
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect?.(next);
  };
  return (
    <div
      className="cards"
      ref={scroller}
      onScroll={(e) => {
        if (place) place.scroll = e.currentTarget.scrollTop;
      }}
    >
      <ul className="card-list" style={{ height: virtual.getTotalSize() }}>
        {items.map((v) => {
          const row = rows[v.index];
          return (
            <li
              key={row.id}
              ref={virtual.measureElement}
              data-index={v.index}
              className="card-row"
              style={{ transform: `translateY(${v.start}px)` }}
            >
              <div className={`card${selected?.has(row.id) ? ' is-selected' : ''}`}>
                {onSelect && (
                  <input
                    type="checkbox"
                    aria-label={t('list.select', { title: titleOf(entity, row) })}
                    checked={Boolean(selected?.has(row.id))}
                    onChange={() => toggle(row.id)}
                  />
                )}
                <div className="card-body">
                  <RecordLink entity={entityName} id={row.id} className="card-title">
                    {titleOf(entity, row)}
                  </RecordLink>
                  <dl>
                    {facts
                      .filter((f) => row[f.name] !== null && row[f.name] !== undefined && row[f.name] !== '')
                      .map((f) => [
                        <dt key={`${f.name}t`}>{f.label}</dt>,
                        <dd key={f.name}>
                          <ListCell entityName={entityName} field={f} record={row} />
                        </dd>,
                      ])}
                  </dl>
                </div>
                {rowActions && <div className="card-actions">{rowActions(row)}</div>}
              </div>
            </li>
          );
        })}
      </ul>
      {rows.length === 0 && empty}
    </div>
  );
}
