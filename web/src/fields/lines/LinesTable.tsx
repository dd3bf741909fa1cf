import { FieldValue } from '../FieldValue';
import { kindOf } from '../kind';
import type { CellProps } from '../types';
import { rowsOf } from './rows';
import './lines.css';

/** The lines of a document for reading: a table, at a narrow width a card for each. */
export default function LinesTable({ value, field }: CellProps) {
  const columns = field.columns ?? [];
  return (
    <div className="lines-scroll" tabIndex={0} role="group" aria-label={field.label}>
      <table className="lines">
        <thead>
          <tr>
            <th scope="col" className="lines-place">
              #
            </th>
            {columns.map((c) => (
              <th key={c.name} scope="col" className={kindOf(c).numeric ? 'lines-number' : undefined}>
                {c.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rowsOf(value).map((row, n) => (
            <tr key={row.id ?? n}>
              <td className="lines-place num">{n + 1}</td>
              {columns.map((c) => (
                <td key={c.name} data-label={c.label} className={kindOf(c).numeric ? 'lines-number' : undefined}>
                  <FieldValue field={c} value={row[c.name] ?? null} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
