import { useState } from 'react';
import type { Entity, Rec } from '@/api/types';
import { customer as dict } from '@/i18n/dict/customer';
import { formatInstant } from '@/i18n/format';
import { translator } from '@/i18n/t';
import { can, editable, fieldOf } from '@/metadata/fields';
import { Icon } from '@/ui/Icon';
import { openRecordForm } from '@/views/form/openForm';
import { daysFromToday, isPast } from '../shared/days';
import { listOf, textOf, useAll } from '../shared/queries';
import NameCheck from './NameCheck';

const tx = translator(dict);
const blank = (v: unknown) => v === null || v === undefined || v === '' || (Array.isArray(v) && v.length === 0);

/** The fields the company asks for (CUS-57), and which of them are empty. */
function useMissing(entity: Entity, record: Rec) {
  const settings = useAll('business-settings', { fields: ['completeness_fields'] });
  const names = textOf(settings.data?.[0]?.completeness_fields)
    .split(/[,\uFF0C\u3001]/)
    .map((x) => x.trim())
    .filter(Boolean);
  return names.map((n) => fieldOf(entity, n)).filter((f) => f !== undefined && f.name in record && blank(record[f.name]));
}

/** How often and when, what was said last (CUS-39), and how complete the record is. */
export function ContactStats({ record, entity, name }: { record: Rec; entity: Entity; name: string }) {
  const [naming, setNaming] = useState(false);
  const missing = useMissing(entity, record);
  const since = daysFromToday(record.last_contact_at);
  const next = record.next_contact_at;
  const percent = Number(record.completeness ?? 0);
  const fill = missing.filter((f) => f && editable(f)).map((f) => f!.name);
  return (
    <div className="contact-stats">
      <dl>
      <div>
        <dt>{tx('stats.count')}</dt>
        <dd className="num">{textOf(record.contact_count) || '0'}</dd>
      </div>
      <div>
        <dt>{tx('stats.last')}</dt>
        <dd className="num" title={formatInstant(record.last_contact_at)}>
          {since === null ? tx('stats.never') : since === 0 ? tx('stats.today') : tx('stats.days_ago', { n: -since })}
        </dd>
      </div>
      <div>
        <dt>{tx('stats.next')}</dt>
        <dd className={`num${next && isPast(next) ? ' text-danger' : ''}`}>{formatInstant(next) || '—'}</dd>
      </div>
      <div className="stats-feedback">
        <dt>{tx('stats.feedback')}</dt>
        <dd>{textOf(record.latest_feedback) || '—'}</dd>
      </div>
      <div className="stats-complete">
        <dt>
          {tx('complete')} <span className="num">{percent}%</span>
        </dt>
        <dd>
          <span className="meter" role="img" aria-label={`${percent}%`}>
            <i style={{ width: `${percent}%` }} />
          </span>
          {missing.length > 0 && (
            <span className="muted small">
              {tx('complete.missing', { fields: listOf(missing.map((f) => f!.label)) })}{' '}
              {can(entity, 'edit') && fill.length > 0 && (
                <button type="button" className="link" onClick={() => openRecordForm({ entity: name, id: record.id, fields: fill })}>
                  {tx('complete.fill')}
                </button>
              )}
            </span>
          )}
        </dd>
      </div>
      </dl>
      {record.kind !== 'person' && (
        <div className="stats-name">
          <button type="button" className="link small" aria-expanded={naming} onClick={() => setNaming(!naming)}>
            <Icon name="check" size={13} /> {tx('name.check')}
          </button>
        </div>
      )}
      {naming && <NameCheck name={textOf(record.name)} />}
    </div>
  );
}
