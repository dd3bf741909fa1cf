import { useState } from 'react';
import { recordWritten, useEntity } from '@/api/hooks';
import type { Entity, Field, Rec } from '@/api/types';
import { FieldValue } from '@/fields/FieldValue';
import { customer as dict } from '@/i18n/dict/customer';
import { formatInstant, listOf } from '@/i18n/format';
import { translator } from '@/i18n/t';
import { can, editable, fieldOf } from '@/metadata/fields';
import { mayOn } from '@/metadata/rights';
import { Icon } from '@/ui/Icon';
import { openRecordForm } from '@/views/form/openForm';
import { daysFromToday, isPast } from '../shared/days';
import { textOf } from '../shared/queries';
import { useQuiet } from '../shared/quiet';
import NameCheck from './NameCheck';

const tx = translator(dict);
const CLASSES = ['value_class', 'customer_class', 'abc_class', 'grade'];

/** What the company asks for and is not known: fields (CUS-57), and people by star (CON-11). */
function useMissing(entity: Entity, record: Rec, name: string) {
  const contacts = useEntity('contacts');
  const answer = useQuiet(`/${name}/${record.id}/completeness`, [record.version], !record.deleted_at);
  const items = answer.data?.items ?? [];
  const names = (what: string) => items.filter((x) => x.what === what).map((x) => x.name);
  const roles = contacts && fieldOf(contacts, 'chart_role');
  return {
    fields: names('field').map((n) => fieldOf(entity, n)).filter((f) => f !== undefined && f.name in record) as Field[],
    people: [
      ...names('role').map((code) => tx('complete.role', { role: roles?.choices?.find((c) => c.value === code)?.label ?? code })),
      ...names('people').map((n) => tx('complete.people', { n })),
    ],
  };
}

/** How often and when, what was said last (CUS-39), and how complete the record is. */
export function ContactStats({ record, entity, name }: { record: Rec; entity: Entity; name: string }) {
  const [naming, setNaming] = useState(false);
  const missing = useMissing(entity, record, name);
  const contacts = useEntity('contacts');
  const since = daysFromToday(record.last_contact_at);
  const next = record.next_contact_at;
  // What the classes of this customer ask for (CUS-24).
  const notes = CLASSES.flatMap((name) => {
    const field = fieldOf(entity, name);
    const choice = field?.choices?.find((c) => c.value === record[name]);
    return field && choice?.note ? [{ field, choice }] : [];
  });
  const standard = record.standard ? fieldOf(entity, 'standard') : undefined;
  const percent = Number(record.completeness ?? 0);
  const fill = missing.fields.filter(editable).map((f) => f.name);
  const lacks = [...missing.fields.map((f) => f.label), ...missing.people];
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
          {tx('complete')} <span className="num">{percent}%</span> {standard && <FieldValue field={standard} record={record} />}
        </dt>
        <dd>
          <span className="meter" role="img" aria-label={`${percent}%`}>
            <i style={{ width: `${percent}%` }} />
          </span>
          {lacks.length > 0 && (
            <span className="muted small">
              {tx('complete.missing', { fields: listOf(lacks) })}{' '}
              {mayOn(entity, record, 'edit') && fill.length > 0 && (
                <button type="button" className="link" onClick={() => openRecordForm({ entity: name, id: record.id, fields: fill })}>
                  {tx('complete.fill')}
                </button>
              )}{' '}
              {can(contacts, 'create') && missing.people.length > 0 && (
                <button
                  type="button"
                  className="link"
                  onClick={() =>
                    openRecordForm({
                      entity: 'contacts',
                      defaults: { customer: { id: record.id, title: textOf(record.name) } },
                      onSaved: () => recordWritten(name, null, record.id),
                    })
                  }
                >
                  {tx('complete.contact')}
                </button>
              )}
            </span>
          )}
        </dd>
      </div>
      </dl>
      {notes.map(({ field, choice }) => (
        <p key={field.name} className="stats-note small">
          <span className="muted">
            {field.label} · {choice.label}
          </span>{' '}
          {choice.note}
        </p>
      ))}
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
