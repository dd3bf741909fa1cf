import type { ReactNode } from 'react';
import { t } from '@/i18n/t';
import './rowTable.css';

export interface RowColumn<T> {
  title: ReactNode;
  /** Left out where there is little room. */
  wide?: boolean;
  num?: boolean;
  /** What the row is called. */
  head?: boolean;
  cell: (row: T) => ReactNode;
}

/** A short table with what can be done to each row at its end; long ones are the grid's. */
export function RowTable<T>({
  rows,
  id,
  columns,
  actions,
  off,
  stacked,
}: {
  rows: T[];
  id: (row: T) => string;
  columns: RowColumn<T>[];
  actions?: (row: T) => ReactNode;
  /** Whether a row is out of use. */
  off?: (row: T) => boolean;
  /** Where there is little room each row is a card of its own, in which every cell says what it is. */
  stacked?: boolean;
}) {
  const look = (c: RowColumn<T>) => [c.wide && 'wide-col', c.num && 'num'].filter(Boolean).join(' ') || undefined;
  return (
    <div className="table-scroll">
      <table className={`table row-table${stacked ? ' is-stacked' : ''}`}>
        <thead>
          <tr>
            {columns.map((c, i) => (
              <th key={i} scope="col" className={look(c)}>
                {c.title}
              </th>
            ))}
            {actions && (
              <th scope="col">
                <span className="sr-only">{t('more')}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={id(row)} className={off?.(row) ? 'is-off' : undefined}>
              {columns.map((c, i) => {
                const Cell = c.head ? 'th' : 'td';
                return (
                  <Cell
                    key={i}
                    scope={c.head ? 'row' : undefined}
                    className={look(c)}
                    data-label={stacked && typeof c.title === 'string' ? c.title : undefined}
                  >
                    {c.cell(row)}
                  </Cell>
                );
              })}
              {actions && (
                <td>
                  <span className="row row-actions">{actions(row)}</span>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
