import type { Field } from '@/api/types';
import { lines } from '@/i18n/dict/lines';
import { translator } from '@/i18n/t';
import { formatValue } from '../kind';
import { compareLines, type LineChange } from './rows';
import './lines.css';

const tl = translator(lines);

/** What became of lines, in words: which came, which went, and what changed in the others. */
export function LinesDiff({ field, old, now }: { field: Field; old: unknown; now: unknown }) {
  const { changes, moved } = compareLines(old, now, field);
  const say = (c: LineChange, column: Field) => {
    const after = formatValue(c.line[column.name], column) || tl('lines.nothing');
    if (c.what !== 'changed') return `${column.label} ${after}`;
    return `${column.label} ${formatValue(c.before?.[column.name], column) || tl('lines.nothing')} → ${after}`;
  };
  return (
    <ul className="lines-diff">
      {changes.map((c) => (
        <li key={`${c.what}${c.line.id ?? c.place}`} className={`lines-${c.what}`}>
          {tl(`lines.${c.what}`, { n: c.place })}
          {c.columns.map((column) => say(c, column)).join(tl('lines.and'))}
        </li>
      ))}
      {moved && <li>{tl('lines.moved')}</li>}
    </ul>
  );
}
