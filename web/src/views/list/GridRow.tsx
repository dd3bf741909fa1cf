import { lazy, memo, Suspense, useState, type ReactNode } from 'react';
import type { Field, Rec } from '@/api/types';
import { formatValue, kindOf } from '@/fields/kind';
import { t } from '@/i18n/t';
import { FieldValue } from '@/fields/FieldValue';
import { editable, isMasked } from '@/metadata/fields';
import { RecordLink } from '@/ui/RecordLink';

const CellEditor = lazy(() => import('./CellEditor'));

interface Props {
  id: string;
  row: Rec;
  index: number;
  top: number;
  columns: Field[];
  entityName: string;
  title: string;
  active: boolean;
  selected: boolean;
  selectable: boolean;
  onToggle: (index: number, range: boolean) => void;
  onEdit?: (record: Rec, field: Field, value: unknown) => Promise<void>;
  rowActions?: (record: Rec) => ReactNode;
}

export const GridRow = memo(function GridRow(p: Props) {
  const { row, columns } = p;
  const [editing, setEditing] = useState<string | null>(null);
  return (
    <div
      id={p.id}
      role="row"
      aria-rowindex={p.index + 2}
      aria-selected={p.selectable ? p.selected : undefined}
      className={`grid-row grid-data${p.selected ? ' is-selected' : ''}${p.active ? ' is-active' : ''}`}
      style={{ transform: `translateY(${p.top}px)`, zIndex: editing ? 4 : undefined }}
    >
      {p.selectable && (
        <div role="gridcell" className="cell cell-check">
          <input
            type="checkbox"
            tabIndex={-1}
            checked={p.selected}
            aria-label={t('list.select_row', { n: p.index + 1 })}
            onChange={(e) => p.onToggle(p.index, (e.nativeEvent as MouseEvent).shiftKey)}
          />
        </div>
      )}
      {columns.map((f, i) => {
        const value = row[f.name];
        const title = f.name === p.title;
        const mayEdit = p.onEdit && editable(f) && !isMasked(row, f.name);
        return (
          <div
            key={f.name}
            role="gridcell"
            className={`cell${i === 0 ? ' cell-pin' : ''}${kindOf(f).numeric ? ' cell-num' : ''}${editing === f.name ? ' cell-editing' : ''}`}
            onDoubleClick={mayEdit ? () => setEditing(f.name) : undefined}
          >
            {editing === f.name ? (
              <Suspense fallback={null}>
                <CellEditor record={row} field={f} onSave={p.onEdit!} onClose={() => setEditing(null)} />
              </Suspense>
            ) : title ? (
              <RecordLink entity={p.entityName} id={row.id} className="cell-title" tabIndex={-1}>
                {formatValue(value, f) || `#${row.id}`}
              </RecordLink>
            ) : (
              <span className="cell-text">
                <FieldValue field={f} record={row} plain />
              </span>
            )}
          </div>
        );
      })}
      {p.rowActions && (
        <div role="gridcell" className="cell cell-actions">
          {p.rowActions(row)}
        </div>
      )}
    </div>
  );
});
