import { Link } from '@tanstack/react-router';
import { useEntity } from '@/api/hooks';
import type { Filter, Rec } from '@/api/types';
import { FieldValue } from '@/fields/FieldValue';
import { formatInstant } from '@/i18n/format';
import { home } from '@/i18n/dict/home';
import { translator } from '@/i18n/t';
import { fieldOf, titleOf } from '@/metadata/fields';
import { Pill } from '@/ui/Pill';
import { EmptyState, ErrorState, Loading, Panel } from '@/ui/parts';
import { RecordLink } from '@/ui/RecordLink';
import RowFollowUp from '../follow-ups/RowFollowUp';
import { daysFromToday, isPast } from '../shared/days';
import { refOf, textOf, useTop } from '../shared/queries';
import { both, type Whose } from './whose';

const tx = translator(home);
const DUE: Filter = { or: [{ next_contact_at: { within: 'past' } }, { next_contact_at: { within: 'today' } }] };
/** Who is not worth a call is on nobody's list. */
const VALID: Filter = { invalid_reason: { empty: true } };
const OPEN: Filter = { status: { nin: ['converted', 'invalid'] } };

export function useDue(whose: Whose & { works: boolean }) {
  const known = whose.works && whose.filter !== null;
  const due = both(whose, { and: [DUE, VALID] });
  const dueLeads = both(whose, { and: [DUE, OPEN] });
  const late = both(whose, { and: [{ next_contact_at: { lt: startOfToday() } }, VALID] });
  const customers = useTop(
    'customers',
    {
      filter: due,
      sort: 'next_contact_at',
      limit: whose.team ? 6 : 12,
      fields: ['name', 'lifecycle', 'phone', 'next_contact_at', 'last_contact_at', 'latest_feedback', 'owner'],
    },
    true,
    known,
  );
  const leads = useTop(
    'leads',
    {
      filter: dueLeads,
      sort: 'next_contact_at',
      limit: whose.team ? 6 : 12,
      fields: ['name', 'company_name', 'status', 'mobile', 'next_contact_at', 'last_contact_at', 'owner'],
    },
    true,
    known,
  );
  const overdue = useTop('customers', { filter: late, limit: 1, fields: ['name'] }, true, known);
  return { customers, leads, overdue: overdue.data?.count?.value ?? 0, due, dueLeads, late };
}
/** Midnight of the company's day. */
function startOfToday(): string {
  const now = new Date();
  const wall = Date.parse(`${formatInstant(now.toISOString()).replace(' ', 'T')}:00Z`);
  const shift = Math.round((wall - now.getTime()) / 60_000) * 60_000;
  return new Date(Date.parse(`${formatInstant(now.toISOString(), 'date')}T00:00:00Z`) - shift).toISOString();
}

function When({ at }: { at: unknown }) {
  const days = daysFromToday(at);
  if (days === null) return null;
  if (days < 0) return <Pill color="red">{tx('due.days', { n: -days })}</Pill>;
  const time = formatInstant(at).slice(11);
  return isPast(at) ? (
    <Pill color="amber">{tx('due.passed', { at: time })}</Pill>
  ) : (
    <Pill color="blue">{tx('due.today', { at: time })}</Pill>
  );
}

function Row({ entity, record, team }: { entity: 'customers' | 'leads'; record: Rec; team: boolean }) {
  const def = useEntity(entity)!;
  const stage = fieldOf(def, entity === 'customers' ? 'lifecycle' : 'status');
  const phone = fieldOf(def, entity === 'customers' ? 'phone' : 'mobile');
  const last = record.last_contact_at;
  return (
    <li className="work-row work-row-tall">
      <div className="work-main">
        <div className="row-wrap">
          <RecordLink entity={entity} id={record.id} className="work-title">
            {titleOf(def, record)}
          </RecordLink>
          {stage && record[stage.name] ? <FieldValue field={stage} record={record} /> : null}
        </div>
        <div className="muted small work-facts">
          {phone && record[phone.name] ? <FieldValue field={phone} record={record} /> : null}
          {team && <span>{refOf(record.owner)?.title}</span>}
          <span>{last ? tx('due.last', { at: formatInstant(last, 'date') }) : tx('due.never')}</span>
          {textOf(record.company_name ?? record.latest_feedback) && (
            <span className="ellipsis">{textOf(record.company_name ?? record.latest_feedback)}</span>
          )}
        </div>
      </div>
      <When at={record.next_contact_at} />
      <RowFollowUp record={record} entity={entity} label />
    </li>
  );
}

/** The whole list of one entity, with how many it holds. */
function All({ entity, count, filter, team }: { entity: 'customers' | 'leads'; count?: number; filter: Filter; team: boolean }) {
  if (!count) return null;
  const search = team ? { view: 'all', filter: JSON.stringify(filter) } : { view: 'contact_today' };
  return (
    <Link to="/e/$entity" params={{ entity }} search={search as never} className="small">
      {tx(`due.all.${entity}`, { n: count })}
    </Link>
  );
}

export function DuePanel({ due: { customers, leads, due, dueLeads }, team }: { due: ReturnType<typeof useDue>; team: boolean }) {
  const rows = [
    ...(customers.data?.items ?? []).map((record) => ({ entity: 'customers' as const, record })),
    ...(leads.data?.items ?? []).map((record) => ({ entity: 'leads' as const, record })),
  ].sort((a, b) => textOf(a.record.next_contact_at).localeCompare(textOf(b.record.next_contact_at)));
  const total = (customers.data?.count?.value ?? 0) + (leads.data?.count?.value ?? 0);
  return (
    <Panel
      title={
        <>
          {tx(team ? 'due.team' : 'due')} {total > 0 && <span className="badge">{total}</span>}
        </>
      }
      extra={
        <span className="row">
          <All entity="customers" count={customers.data?.count?.value} filter={due} team={team} />
          <All entity="leads" count={leads.data?.count?.value} filter={dueLeads} team={team} />
        </span>
      }
      className="work-panel"
    >
      {customers.isPending ? (
        <Loading />
      ) : customers.isError ? (
        <ErrorState error={customers.error} retry={() => void customers.refetch()} />
      ) : rows.length === 0 ? (
        <EmptyState icon="check" title={tx('due.empty')} />
      ) : (
        <ul className="work-list">
          {rows.map((r) => (
            <Row key={r.record.id} {...r} team={team} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
