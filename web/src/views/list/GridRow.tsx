import { lazy, memo, Suspense, type ReactNode } from 'react';
import type { Field, Rec } from '@/api/types';
import { formatValue, kindOf } from '@/fields/kind';
import { t } from '@/i18n/t';
import { editable, isMasked } from '@/metadata/fields';
import { RecordLink } from '@/ui/RecordLink';
import { ListCell } from './ListCell';

const CellEditor = lazy(() => import('./CellEditor'));

/** One value of one record that may be changed where it stands. */
export const mayEdit = (row: Rec, f: Field) => editable(f) && !isMasked(row, f.name);

interface Props {
  id: string;
  row: Rec;
  index: number;
  top: number;
  columns: Field[];
  entityName: string;
  title: string;
  /** Column under the keyboard; -1 in all rows but one. */
  cursor: number;
  /** Field being edited. */
  editing: string | null;
  selected: boolean;
  selectable: boolean;
  onToggle: (index: number, range: boolean) => void;
  onEditing: (row: string | null, field: string) => void;
  onEdit?: (record: Rec, field: Field, value: unknown) => Promise<void>;
  rowActions?: (record: Rec) => ReactNode;
}

/** A row of text in blocks: what a cell is made of is what scrolling costs. */
export const GridRow = memo(function GridRow(p: Props) {
  const { row, columns, editing } = p;
  return (
    <div
      id={p.id}
      role="row"
      aria-rowindex={p.index + 2}
      aria-selected={p.selectable ? p.selected : undefined}
      className={`grid-row grid-data${p.selected ? ' is-selected' : ''}${p.cursor >= 0 ? ' is-active' : ''}${editing ? ' is-editing' : ''}`}
      style={{ transform: `translateY(${p.top}px)` }}
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
      {columns.map((f, i) => (
        <div
          key={f.name}
          id={p.cursor === i ? `${p.id}-cell` : undefined}
          role="gridcell"
          className={`cell${i === 0 ? ' cell-pin' : ''}${kindOf(f).numeric ? ' cell-num' : ''}${p.cursor === i ? ' is-cursor' : ''}${editing === f.name ? ' cell-editing' : ''}`}
          onDoubleClick={p.onEdit && mayEdit(row, f) ? () => p.onEditing(row.id, f.name) : undefined}
        >
          {editing === f.name ? (
            <Suspense fallback={null}>
              <CellEditor record={row} field={f} onSave={p.onEdit!} onClose={() => p.onEditing(null, f.name)} />
            </Suspense>
          ) : f.name === p.title ? (
            <RecordLink entity={p.entityName} id={row.id} className="cell-title" tabIndex={-1}>
              {formatValue(row[f.name], f) || `#${row.id}`}
            </RecordLink>
          ) : (
            <ListCell entityName={p.entityName} field={f} record={row} plain />
          )}
        </div>
      ))}
      {p.rowActions && (
        <div role="gridcell" className="cell cell-actions">
          {p.rowActions(row)}
        </div>
      )}
    </div>
  );
});
