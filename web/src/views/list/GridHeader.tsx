import type { PointerEvent, ReactNode } from 'react';
import type { Field } from '@/api/types';
import { kindOf } from '@/fields/kind';
import { t } from '@/i18n/t';
import { Icon } from '@/ui/Icon';

interface Props {
  columns: Field[];
  sort: string;
  onSort?: (field: string) => void;
  width: (f: Field) => number;
  resize: (name: string, px: number) => void;
  check?: ReactNode;
  actions: boolean;
}

export function Header({ columns, sort, onSort, width, resize, check, actions }: Props) {
  const first = sort.split(',')[0];
  const drag = (field: Field) => (e: PointerEvent<HTMLSpanElement>) => {
    e.preventDefault();
    e.stopPropagation();
    const [start, from] = [e.clientX, width(field)];
    const handle = e.currentTarget;
    handle.setPointerCapture(e.pointerId);
    const move = (m: globalThis.PointerEvent) => resize(field.name, from + m.clientX - start);
    const stop = () => {
      handle.removeEventListener('pointermove', move);
      handle.removeEventListener('pointerup', stop);
    };
    handle.addEventListener('pointermove', move);
    handle.addEventListener('pointerup', stop);
  };
  return (
    <div role="rowgroup" className="grid-head">
      <div role="row" className="grid-row" aria-rowindex={1}>
        {check && (
          <div role="columnheader" className="cell cell-check">
            {check}
          </div>
        )}
        {columns.map((f, i) => {
          const state = first === f.name ? 'ascending' : first === `-${f.name}` ? 'descending' : undefined;
          const sortable = f.sortable && onSort;
          return (
            <div
              key={f.name}
              role="columnheader"
              aria-sort={sortable ? (state ?? 'none') : undefined}
              className={`cell${i === 0 ? ' cell-pin' : ''}${kindOf(f).numeric ? ' cell-num' : ''}`}
            >
              {sortable ? (
                <button type="button" className="plain grid-sort" onClick={() => onSort(f.name)} title={`${f.label} · ${t('list.sort')}`}>
                  <span className="ellipsis">{f.label}</span>
                  {state && <Icon name={state === 'ascending' ? 'up' : 'down'} size={13} />}
                </button>
              ) : (
                <span className="ellipsis" title={f.label}>
                  {f.label}
                </span>
              )}
              <span className="grid-resize" onPointerDown={drag(f)} aria-hidden="true" />
            </div>
          );
        })}
        {actions && (
          <div role="columnheader" className="cell">
            <span className="sr-only">{t('more')}</span>
          </div>
        )}
      </div>
    </div>
  );
}
