import Button from 'antd/es/button';
import type { Entity, Import, ImportRow } from '@/api/types';
import { t } from '@/i18n/t';
import { fieldOf } from '@/metadata/fields';
import { formatValue } from '@/fields/kind';
import { useDivisions } from '@/fields/region/divisions';
import { Pill } from '@/ui/Pill';
import { ErrorSummary } from './ErrorSummary';

export const VERDICT: Record<ImportRow['verdict'], string> = { create: 'green', update: 'blue', skip: 'grey', error: 'red' };

/** What each row would do; a wrong cell says why. */
export function Preview({
  data,
  entity,
  onBack,
  onAddWords,
  onRun,
}: {
  data: Import;
  entity: Entity;
  onBack: () => void;
  onAddWords: () => void;
  onRun: () => void;
}) {
  const p = data.preview;
  // Regions are shown by name as soon as their table is there.
  useDivisions(entity.fields.some((f) => f.kind === 'region'));
  if (!p)
    return (
      <div className="form-actions">
        <Button onClick={onBack}>{t('previous')}</Button>
      </div>
    );
  const names = [...new Set(data.columns.map((c) => data.mapping[c]).filter((v): v is string => Boolean(v)))];
  const show = (row: ImportRow, name: string) => {
    const v = row.values[name];
    const f = fieldOf(entity, name);
    return v === null || v === undefined ? '' : f ? formatValue(v, f) : String(v);
  };
  return (
    <div className="stack">
      <div className="row-wrap">
        {(['create', 'update', 'skip', 'error'] as const).map((v) => (
          <Pill key={v} color={VERDICT[v]}>
            {t(`import.${v}`)} {p[v]}
          </Pill>
        ))}
        <span className="muted small">{t('import.first')}</span>
      </div>
      {p.new_words && Object.keys(p.new_words).length > 0 && (
        <p className="note">{t('import.new_words', { words: Object.values(p.new_words).flat().join('、') })}</p>
      )}
      {p.guesses && p.guesses.length > 0 && (
        <div className="note note-amber" role="status">
          <p>{t('import.guesses')}</p>
          <ul>
            {[...new Set(p.guesses.map((g) => g.field))].map((name) => {
              const f = fieldOf(entity, name);
              const label = (value: string) => f?.choices?.find((c) => c.value === value)?.label ?? value;
              const words = p.guesses!.filter((g) => g.field === name).map((g) => t('import.guess', { word: g.word, value: label(g.value) }));
              return <li key={name}>{t('import.guesses.field', { field: f?.label ?? name, words: words.join(t('import.and')) })}</li>;
            })}
          </ul>
        </div>
      )}
      <ErrorSummary data={data} entity={entity} onAddWords={onAddWords} />
      {/* Wider than a phone: who has only keys scrolls it with them. */}
      <div className="table-scroll import-preview" role="region" aria-label={t('import.preview')} tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('import.row')}</th>
              <th scope="col">{t('import.verdict')}</th>
              {names.map((n) => (
                <th key={n} scope="col">
                  {fieldOf(entity, n)?.label ?? n}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {p.rows.map((row) => {
              const general = (row.errors ?? []).filter((e) => !e.field || !names.includes(e.field));
              return (
                <tr key={row.row}>
                  <td className="num">{row.row}</td>
                  <td>
                    <Pill color={VERDICT[row.verdict]}>{t(`import.${row.verdict}`)}</Pill>
                    {row.match && (
                      <p className="muted small">
                        {row.match.row
                          ? t('import.same_row', { row: row.match.row, reason: row.match.reason })
                          : t('import.same', { title: row.match.title, reason: row.match.reason })}
                      </p>
                    )}
                    {general.map((e, i) => (
                      <p key={i} className="field-error">
                        {e.detail}
                      </p>
                    ))}
                  </td>
                  {names.map((n) => {
                    const wrong = (row.errors ?? []).filter((e) => e.field === n);
                    return (
                      <td key={n} className={wrong.length ? 'cell-wrong' : undefined}>
                        {show(row, n)}
                        {wrong.map((e, i) => (
                          <p key={i} className="field-error" title={e.detail}>
                            {e.detail}
                          </p>
                        ))}
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <div className="form-actions">
        <Button onClick={onBack}>{t('previous')}</Button>
        <Button type="primary" disabled={p.create + p.update === 0} onClick={onRun}>
          {t('import.run')}
        </Button>
      </div>
    </div>
  );
}
