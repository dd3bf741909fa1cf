import Button from 'antd/es/button';
import { queryClient, useEntity } from '@/api/hooks';
import type { Entity, Rec } from '@/api/types';
import { FieldValue } from '@/fields/FieldValue';
import { formatInstant } from '@/i18n/format';
import { customer as dict } from '@/i18n/dict/customer';
import { translator } from '@/i18n/t';
import { can, fieldOf } from '@/metadata/fields';
import { confirm, toast } from '@/ui/feedback';
import { RecordLink } from '@/ui/RecordLink';
import { openAction } from '@/views/form/openForm';
import { post } from '@/api/client';
import type { RecordPanelProps } from '..';
import { refOf, textOf, useTop } from '../shared/queries';
import { useQuiet } from '../shared/quiet';
import './customers.css';

const tx = translator(dict);
const spanDays = (from: unknown, to: unknown) =>
  Math.max(0, Math.round((Date.parse(String(to)) - Date.parse(String(from))) / 86_400_000)) || 0;

function Past({ record, entity }: { record: Rec; entity: Entity }) {
  const ending = fieldOf(entity, 'ending');
  const start = fieldOf(entity, 'start');
  return (
    <li>
      <div className="row-wrap">
        <strong>{refOf(record.user)?.title}</strong>
        {start && record.start ? <FieldValue field={start} record={record} /> : null}
        <span aria-hidden="true">→</span>
        {ending && <FieldValue field={ending} record={record} />}
        <span className="muted num">
          {tx('owner.span', { from: formatInstant(record.started_at, 'date'), to: formatInstant(record.ended_at, 'date') })}
        </span>
        <span className="muted num">{tx('owner.days', { n: spanDays(record.started_at, record.ended_at) })}</span>
      </div>
      {textOf(record.reason) && <p className="muted">{textOf(record.reason)}</p>}
    </li>
  );
}

function Shares({ record, name, entity }: { record: Rec; name: string; entity: Entity }) {
  const shares = useQuiet(`/${name}/${record.id}/shares`, [record.version], can(entity, 'see'));
  const add = entity.actions.find((a) => a.name === 'share');
  const end = entity.actions.some((a) => a.name === 'unshare');
  const again = () => void queryClient.invalidateQueries({ queryKey: ['quiet'] });
  const remove = async (user: string, who: string) => {
    if (!(await confirm({ title: tx('shares.ask', { name: who }), okText: tx('shares.end'), danger: true }))) return;
    try {
      await post(`/${name}/${record.id}/unshare`, { user });
      again();
    } catch (e) {
      toast.error(e);
    }
  };
  const items = shares.data?.items ?? [];
  return (
    <section className="owner-part">
      <header className="row">
        <h3>{tx('shares')}</h3>
        <span className="grow" />
        {add && refOf(record.owner) && (
          <Button size="small" onClick={() => openAction({ entity: name, action: add, record, onDone: again })}>
            {tx('shares.add')}
          </Button>
        )}
      </header>
      {items.length === 0 ? (
        <p className="muted">{tx('shares.none')}</p>
      ) : (
        <ul className="share-list">
          {items.map((s) => (
            <li key={s.user} className="row">
              <span className="grow">{s.name}</span>
              <span className="muted">{tx(s.level === 'edit' ? 'level.edit' : 'level.read')}</span>
              {end && (
                <button type="button" className="link small" onClick={() => void remove(s.user, s.name)}>
                  {tx('shares.end')}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Who holds it, who held it before and why that ended, who works on it too, what was applied for. */
export default function OwnershipTab({ record, entity: name }: RecordPanelProps) {
  const entity = useEntity(name)!;
  const past = useEntity('ownerships');
  const applications = useEntity('applications');
  const list = useTop('ownerships', { filter: { customer: record.id }, sort: '-ended_at', limit: 100 }, false);
  const asked = useTop(
    'applications',
    { filter: { customer: record.id }, sort: '-created_at', limit: 50, fields: ['kind', 'state', 'applicant', 'reason', 'note', 'created_at', 'days'] },
    false,
  );
  const owner = refOf(record.owner);
  const how = fieldOf(entity, 'owned_how');
  const [kind, state] = applications ? ['kind', 'state'].map((n) => fieldOf(applications, n)) : [];
  return (
    <div className="owner-grid">
      <section className="owner-part">
        <h3>{tx('owner.now')}</h3>
        <p className="row-wrap">
          <strong>{owner?.title ?? tx('owner.none')}</strong>
          {owner && how && <FieldValue field={how} record={record} />}
          {owner && <span className="muted num">{tx('owner.since', { at: formatInstant(record.owned_since, 'date') })}</span>}
        </p>
        {textOf(record.owner_reason) && <p className="muted">{textOf(record.owner_reason)}</p>}
        <h3>{tx('owner.history')}</h3>
        {past && list.data?.items.length ? (
          <ol className="events">
            {list.data.items.map((r) => (
              <Past key={r.id} record={r} entity={past} />
            ))}
          </ol>
        ) : (
          <p className="muted">{tx('owner.no_history')}</p>
        )}
      </section>
      <div className="stack">
        <Shares record={record} name={name} entity={entity} />
        <section className="owner-part">
          <h3>{tx('applications')}</h3>
          {asked.data?.items.length ? (
            <ul className="share-list">
              {asked.data.items.map((r) => (
                <li key={r.id}>
                  <div className="row-wrap">
                    <RecordLink entity="applications" id={r.id}>
                      {kind ? <FieldValue field={kind} record={r} /> : r.id}
                    </RecordLink>
                    {state && <FieldValue field={state} record={r} />}
                    <span className="muted">{refOf(r.applicant)?.title}</span>
                    <span className="muted num">{formatInstant(r.created_at, 'date')}</span>
                  </div>
                  <p className="muted">{textOf(r.reason)}</p>
                  {textOf(r.note) && <p>{textOf(r.note)}</p>}
                </li>
              ))}
            </ul>
          ) : (
            <p className="muted">{tx('applications.none')}</p>
          )}
        </section>
      </div>
    </div>
  );
}
