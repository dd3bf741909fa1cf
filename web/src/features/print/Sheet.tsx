import Button from 'antd/es/button';
import { useEffect, useState, type ReactNode } from 'react';
import { useMe } from '@/api/hooks';
import type { Field, Rec } from '@/api/types';
import { formatValue, kindOf } from '@/fields/kind';
import { formatInstant } from '@/i18n/format';
import { t } from '@/i18n/t';

/** A sheet of paper as it will be printed: what it is, who prints it and when, and the way to the printer. */
export function Sheet({ title, note, upright, children }: { title: string; note?: string; upright?: boolean; children: ReactNode }) {
  const me = useMe();
  const [now] = useState(() => new Date().toISOString());
  useEffect(() => {
    document.title = `${title} · ${t('print.title')}`;
    return () => {
      document.title = t('app.name');
    };
  }, [title]);
  return (
    <main className="print-page">
      <div className="print-bar no-print">
        <strong>{t('print.title')}</strong>
        <span className="grow" />
        <Button onClick={() => history.back()}>{t('back')}</Button>
        <Button type="primary" onClick={() => window.print()}>
          {t('print.run')}
        </Button>
      </div>
      <article className={`paper${upright ? ' paper-upright' : ''}`} tabIndex={0} aria-label={t('print.title')}>
        <header>
          <h1>
            {me.organisation.name} · {title}
          </h1>
          <p className="muted">
            {t('print.by', { name: String(me.user.name ?? ''), at: formatInstant(now) })}　{note}
          </p>
        </header>
        {children}
      </article>
    </main>
  );
}

/** Records one a line, in the words of the screen. */
export function SheetTable({ fields, rows, numbered }: { fields: Field[]; rows: Rec[]; numbered?: boolean }) {
  const side = (f: Field) => (kindOf(f).numeric ? 'cell-right' : '');
  return (
    <table>
      <thead>
        <tr>
          {numbered && <th>#</th>}
          {fields.map((f) => (
            <th key={f.name} className={side(f)}>
              {f.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((r, i) => (
          <tr key={r.id}>
            {numbered && <td>{i + 1}</td>}
            {fields.map((f) => (
              <td key={f.name} className={side(f)}>
                {formatValue(r[f.name], f)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
