import type { Field } from '@/api/types';
import { isBlank } from '../rules';

/** One row of a document; one without `id` is new. */
export interface Line {
  id?: string;
  [column: string]: unknown;
}
export const rowsOf = (value: unknown): Line[] => (Array.isArray(value) ? (value as Line[]) : []);
export const partName = (field: Field, row: number, column: Field) => `${field.name}[${row}].${column.name}`;
const given = (f: Field) => f.access === 'write' && f.kind !== 'formula';

/** Rows begun at the end and left blank are none. */
export function withoutBlankEnd(rows: Line[], field: Field): Line[] {
  const fresh = newLine(field);
  const untouched = (row: Line) =>
    !row.id && (field.columns ?? []).every((c) => isBlank(row[c.name]) || row[c.name] === false || row[c.name] === fresh[c.name]);
  let end = rows.length;
  while (end > 0 && untouched(rows[end - 1])) end -= 1;
  return rows.slice(0, end);
}
export const newLine = (field: Field): Line =>
  Object.fromEntries((field.columns ?? []).filter((c) => given(c) && !isBlank(c.default)).map((c) => [c.name, c.default]));

/** What is sent: every row, each with what may be written of it. */
export const writeRows = (value: unknown, field: Field, write: (value: unknown, column: Field) => unknown) =>
  withoutBlankEnd(rowsOf(value), field).map((row) => ({
    ...(row.id ? { id: row.id } : {}),
    ...Object.fromEntries((field.columns ?? []).filter(given).map((c) => [c.name, write(row[c.name] ?? null, c)])),
  }));

export interface LineChange {
  what: 'added' | 'removed' | 'changed';
  /** Where it stands, counted from 1: of a line that went, where it stood. */
  place: number;
  line: Line;
  before?: Line;
  columns: Field[];
}
/** From one array of lines to the next, line by line. */
export function compareLines(old: unknown, now: unknown, field: Field): { changes: LineChange[]; moved: boolean } {
  const [was, is] = [rowsOf(old), rowsOf(now)];
  const columns = (field.columns ?? []).filter((c) => c.kind !== 'formula');
  const changes: LineChange[] = [];
  is.forEach((line, n) => {
    const before = was.find((w) => w.id === line.id);
    if (!before) return changes.push({ what: 'added', place: n + 1, line, columns: columns.filter((c) => !isBlank(line[c.name])) });
    const differ = columns.filter((c) => JSON.stringify(before[c.name] ?? null) !== JSON.stringify(line[c.name] ?? null));
    if (differ.length) changes.push({ what: 'changed', place: n + 1, line, before, columns: differ });
  });
  was.forEach((line, n) => {
    if (!is.some((i) => i.id === line.id))
      changes.push({ what: 'removed', place: n + 1, line, columns: columns.filter((c) => !isBlank(line[c.name])) });
  });
  const kept = (list: Line[], other: Line[]) => list.filter((a) => other.some((b) => b.id === a.id)).map((a) => a.id);
  return { changes, moved: kept(was, is).join() !== kept(is, was).join() };
}
