import type { Entity, Filter } from '@/api/types';
import { t } from '@/i18n/t';
import { fieldOf } from '@/metadata/fields';
import { sayFilter } from '@/metadata/sentence';
import { parseJson } from './state';

/** Filter and order travel as the texts of a list's address. */
export interface Range {
  filter?: string | Filter;
  q?: string;
  fields?: string;
}

/** What an export holds, in words. */
export function RangeWords({ entity, range }: { entity: Entity; range: Range }) {
  const said = [sayFilter(entity, parseJson(range.filter) as Filter | null), range.q ? t('export.search', { q: range.q }) : ''].filter(Boolean);
  const columns = range.fields?.split(',').map((name) => fieldOf(entity, name)?.label ?? name);
  return (
    <dl className="field-grid">
      <div className="field-item">
        <dt>{t('export.records')}</dt>
        <dd>{said.join(t('filter.and')) || t('export.everything')}</dd>
      </div>
      <div className="field-item">
        <dt>{t('export.columns')}</dt>
        <dd>{columns?.join('、') ?? t('export.all_columns')}</dd>
      </div>
    </dl>
  );
}
