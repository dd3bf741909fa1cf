import Button from 'antd/es/button';
import { useRef, type KeyboardEvent } from 'react';
import { lines } from '@/i18n/dict/lines';
import { translator } from '@/i18n/t';
import { Icon } from '@/ui/Icon';
import { FieldInput } from '../FieldInput';
import { FieldValue } from '../FieldValue';
import { kindOf } from '../kind';
import type { InputProps } from '../types';
import { newLine, partName, rowsOf, type Line } from './rows';
import './lines.css';

const tl = translator(lines);
const MAX = 500;

/** The lines of a document for writing. Enter adds a row, Tab moves, what is wrong stands at its cell. */
export function LinesInput(p: InputProps) {
  const rows = rowsOf(p.value);
  const columns = p.field.columns ?? [];
  const most = p.field.max ?? MAX;
  const body = useRef<HTMLTableSectionElement>(null);
  const keys = useRef(new WeakMap<Line, string>());
  const next = useRef(0);
  const keyOf = (row: Line) => {
    const known = row.id ?? keys.current.get(row);
    if (known) return known;
    const key = `new${next.current++}`;
    keys.current.set(row, key);
    return key;
  };
  const edit = (n: number, name: string, value: unknown) => {
    const row = { ...rows[n], [name]: value };
    keys.current.set(row, keyOf(rows[n]));
    p.onChange(rows.map((r, i) => (i === n ? row : r)));
  };
  const add = (at: number) => {
    if (rows.length >= most) return;
    p.onChange([...rows.slice(0, at), newLine(p.field), ...rows.slice(at)]);
    window.setTimeout(() => body.current?.rows[at]?.querySelector<HTMLElement>('input, textarea, select, button')?.focus(), 30);
  };
  const move = (n: number, step: number) => {
    const moved = [...rows];
    moved.splice(n + step, 0, ...moved.splice(n, 1));
    p.onChange(moved);
  };
  const press = (n: number) => (e: KeyboardEvent) => {
    const open = e.target instanceof HTMLElement && e.target.getAttribute('aria-expanded') === 'true';
    const plain = e.key === 'Enter' && !e.ctrlKey && !e.metaKey && !e.nativeEvent.isComposing;
    if (!plain || open || !(e.target instanceof HTMLInputElement)) return;
    e.preventDefault();
    e.stopPropagation();
    add(n + 1);
  };
  return (
    <div className="lines-edit" id={p.id} tabIndex={-1} role="group" aria-label={p.label ?? p.field.label}>
      {rows.length > 0 && (
        <div className="lines-scroll">
          <table className="lines">
            <thead>
              <tr>
                <th scope="col" className="lines-place">
                  #
                </th>
                {columns.map((c) => (
                  <th key={c.name} scope="col" className={kindOf(c).numeric ? 'lines-number' : undefined}>
                    {c.required && (
                      <span className="required" aria-hidden="true">
                        *
                      </span>
                    )}
                    {c.label}
                  </th>
                ))}
                <th scope="col" aria-hidden="true" />
              </tr>
            </thead>
            <tbody ref={body}>
              {rows.map((row, n) => (
                <tr key={keyOf(row)} onKeyDown={press(n)}>
                  <td className="lines-place num">{n + 1}</td>
                  {columns.map((c) => {
                    const wrong = p.errors?.[partName(p.field, n, c)];
                    const id = `${p.id}-${n}-${c.name}`;
                    return (
                      <td key={c.name} data-label={c.label} className={kindOf(c).numeric ? 'lines-number' : undefined}>
                        {c.access === 'write' && c.kind !== 'formula' ? (
                          <FieldInput
                            id={id}
                            field={c}
                            label={tl('lines.cell', { n: n + 1, label: c.label })}
                            value={row[c.name] ?? null}
                            invalid={Boolean(wrong)}
                            describedBy={wrong ? `${id}-note` : undefined}
                            disabled={p.disabled}
                            onChange={(v) => edit(n, c.name, v)}
                          />
                        ) : (
                          <span className="read-only">
                            <FieldValue field={c} value={row[c.name] ?? null} />
                          </span>
                        )}
                        {wrong && (
                          <p className="field-error" id={`${id}-note`} role="alert">
                            {wrong}
                          </p>
                        )}
                      </td>
                    );
                  })}
                  <td className="lines-tools">
                    <button
                      type="button"
                      className="icon-button icon-small"
                      disabled={p.disabled || n === 0}
                      aria-label={tl('lines.up', { n: n + 1 })}
                      onClick={() => move(n, -1)}
                    >
                      <Icon name="up" size={13} />
                    </button>
                    <button
                      type="button"
                      className="icon-button icon-small"
                      disabled={p.disabled || n === rows.length - 1}
                      aria-label={tl('lines.down', { n: n + 1 })}
                      onClick={() => move(n, 1)}
                    >
                      <Icon name="down" size={13} />
                    </button>
                    <button
                      type="button"
                      className="icon-button icon-small"
                      disabled={p.disabled}
                      aria-label={tl('lines.remove', { n: n + 1 })}
                      onClick={() => p.onChange(rows.filter((_, i) => i !== n))}
                    >
                      <Icon name="close" size={13} />
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div className="row-wrap">
        <Button size="small" disabled={p.disabled || rows.length >= most} onClick={() => add(rows.length)}>
          {tl('lines.add')}
        </Button>
        <span className="muted small">{rows.length >= most ? tl('lines.full', { n: most }) : tl(rows.length ? 'lines.keys' : 'lines.none')}</span>
      </div>
    </div>
  );
}
