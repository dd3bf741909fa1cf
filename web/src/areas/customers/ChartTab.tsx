import { useMemo } from 'react';
import { textOf, useAll } from '../shared/queries';
import type { Rec } from '@/api/types';
import { useEntity } from '@/api/hooks';
import { FieldValue } from '@/fields/FieldValue';
import { customer as dict } from '@/i18n/dict/customer';
import { translator } from '@/i18n/t';
import { can, fieldOf } from '@/metadata/fields';
import { EmptyState, Loading } from '@/ui/parts';
import { RecordLink } from '@/ui/RecordLink';
import { openRecordForm } from '@/views/form/openForm';
import type { RecordPanelProps } from '..';
import { chartOf, peopleOf, type Seat } from './chart';
import './customers.css';

const tx = translator(dict);
const FIELDS = ['name', 'position', 'department_name', 'chart_role', 'mobile', 'phone', 'email', 'reports_to'];
const MEANS = ['mobile', 'phone', 'email'];

function People({ seats }: { seats: Seat[] }) {
  const entity = useEntity('contacts');
  if (!entity || !seats.length) return null;
  const part = (name: string, record: Rec) => {
    const field = fieldOf(entity, name);
    return field && record[name] ? <FieldValue key={name} field={field} record={record} /> : null;
  };
  return (
    <ul className="chart">
      {seats.map(({ person, below }) => (
        <li key={person.id}>
          <div className="chart-person">
            <div className="row-wrap">
              <RecordLink entity="contacts" id={person.id}>
                {String(person.name ?? '')}
              </RecordLink>
              {part('chart_role', person)}
            </div>
            <div className="muted small row-wrap">
              {part('department_name', person)}
              {part('position', person)}
            </div>
            <div className="small row-wrap">{MEANS.map((name) => part(name, person))}</div>
          </div>
          <People seats={below} />
        </li>
      ))}
    </ul>
  );
}

/** Who reports to whom at a customer, with the means to reach them (CON-10). */
export default function ChartTab({ record }: RecordPanelProps) {
  const links = useAll('contact-customers', { filter: { customer: record.id }, fields: ['contact'] });
  const contacts = useEntity('contacts');
  const known = useEntity('contact-customers');
  const filter = useMemo(() => peopleOf(record.id, links.data ?? []), [record.id, links.data]);
  const people = useAll('contacts', { filter, fields: FIELDS, sort: 'created_at' }, !known || !links.isPending);
  if (people.isPending) return <Loading />;
  const seats = chartOf(people.data ?? []);
  if (!seats.length)
    return (
      <EmptyState icon="person" title={tx('chart.empty')}>
        {can(contacts, 'create') && (
          <button
            type="button"
            className="link"
            onClick={() => openRecordForm({ entity: 'contacts', defaults: { customer: { id: record.id, title: textOf(record.name) } } })}
          >
            {tx('complete.contact')}
          </button>
        )}
      </EmptyState>
    );
  return (
    <section aria-label={tx('chart')} className="chart-scroll">
      <People seats={seats} />
      {seats.every((seat) => !seat.below.length) && seats.length > 1 && <p className="muted small">{tx('chart.hint')}</p>}
    </section>
  );
}
