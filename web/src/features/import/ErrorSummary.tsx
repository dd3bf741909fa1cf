import Button from 'antd/es/button';
import type { Entity, Import } from '@/api/types';
import { useEntity } from '@/api/hooks';
import { t } from '@/i18n/t';
import { can, fieldOf } from '@/metadata/fields';

/** Kinds of mistakes told at most. */
const SHOWN = 6;

/** The same mistake in many rows is one line; words a dictionary lacks can be added at once. */
export function ErrorSummary({ data, entity, onAddWords }: { data: Import; entity: Entity; onAddWords: () => void }) {
  const dictionaries = useEntity('dictionary-entries');
  const kinds = new Map<string, { label: string; detail: string; rows: number; values: Set<string>; words: boolean }>();
  for (const row of data.preview?.rows ?? [])
    for (const e of row.errors ?? []) {
      const field = e.field ? fieldOf(entity, e.field) : undefined;
      const key = `${e.field ?? ''}|${e.detail}`;
      const known = kinds.get(key) ?? { label: field?.label ?? e.column ?? '', detail: e.detail, rows: 0, values: new Set<string>(), words: Boolean(field?.dictionary) };
      known.rows++;
      const value = e.field ? row.values[e.field] : null;
      if (typeof value === 'string' && value) known.values.add(value);
      kinds.set(key, known);
    }
  if (!kinds.size) return null;
  const list = [...kinds.values()].sort((a, b) => b.rows - a.rows);
  const adds = list.some((k) => k.words) && can(dictionaries, 'create') && !data.options.add_choices;
  return (
    <div className="note note-amber import-errors">
      <p>{t('import.fix')}</p>
      <ul>
        {list.slice(0, SHOWN).map((k) => (
          <li key={`${k.label}${k.detail}`}>
            {t('import.error.kind', { field: k.label, detail: k.detail, n: k.rows })}
            {k.values.size > 0 && <span className="muted"> {[...k.values].slice(0, 5).join(' · ')}</span>}
          </li>
        ))}
      </ul>
      {adds && (
        <Button size="small" onClick={onAddWords}>
          {t('import.words.again')}
        </Button>
      )}
    </div>
  );
}
