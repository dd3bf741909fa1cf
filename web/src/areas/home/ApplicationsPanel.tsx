import { Link } from '@tanstack/react-router';
import Button from 'antd/es/button';
import { useEntity, useMe } from '@/api/hooks';
import type { Entity, Rec } from '@/api/types';
import { FieldValue } from '@/fields/FieldValue';
import { formatAgo } from '@/i18n/format';
import { home } from '@/i18n/dict/home';
import { t, translator } from '@/i18n/t';
import { can, fieldOf } from '@/metadata/fields';
import { EmptyState, Panel } from '@/ui/parts';
import { RecordLink } from '@/ui/RecordLink';
import { openAction } from '@/views/form/openForm';
import { refOf, textOf, useTop } from '../shared/queries';

const tx = translator(home);
const FIELDS = ['subject', 'kind', 'state', 'customer', 'applicant', 'reason', 'days', 'created_at', 'approver'];

/** What waits for this person's decision; without an approver, for whoever holds the right. */
export function useToApprove() {
  const entity = useEntity('applications');
  const me = useMe();
  const who = can(entity, 'approve')
    ? { or: [{ approver: { me: true } }, { and: [{ approver: { empty: true } }, { applicant: { ne: me.user.id } }] }] }
    : { approver: { me: true } };
  return useTop('applications', { filter: { and: [{ state: 'pending' }, who] }, sort: 'created_at', limit: 6, fields: FIELDS });
}

export function Decide({ entity, record }: { entity: Entity; record: Rec }) {
  const run = (name: string) => {
    const action = entity.actions.find((a) => a.name === name);
    if (action) openAction({ entity: 'applications', action, record });
  };
  return (
    <span className="row">
      <Button size="small" type="primary" onClick={() => run('approve')}>
        {tx('approve.ok')}
      </Button>
      <Button size="small" onClick={() => run('reject')}>
        {tx('approve.no')}
      </Button>
    </span>
  );
}

function Row({ entity, record, decide }: { entity: Entity; record: Rec; decide?: boolean }) {
  const kind = fieldOf(entity, 'kind');
  const state = fieldOf(entity, 'state');
  const customer = refOf(record.customer);
  return (
    <li className="work-row work-row-tall">
      <div className="work-main">
        <div className="row-wrap">
          <RecordLink entity="applications" id={record.id} className="work-title">
            {textOf(record.subject) || customer?.title || `#${record.id}`}
          </RecordLink>
          {kind && <FieldValue field={kind} record={record} />}
        </div>
        <div className="muted small work-facts">
          {decide && <span>{refOf(record.applicant)?.title}</span>}
          <span>{formatAgo(textOf(record.created_at))}</span>
          <span className="ellipsis">{textOf(record.reason)}</span>
        </div>
      </div>
      {decide ? <Decide entity={entity} record={record} /> : state && <FieldValue field={state} record={record} />}
    </li>
  );
}

export function ApplicationsPanel({ toApprove }: { toApprove: ReturnType<typeof useToApprove> }) {
  const entity = useEntity('applications');
  const mine = useTop('applications', {
    filter: { and: [{ applicant: { me: true } }, { or: [{ state: 'pending' }, { decided_at: { within: 'last_7_days' } }] }] },
    sort: '-created_at',
    limit: 5,
    fields: FIELDS,
  });
  if (!entity) return null;
  const waiting = toApprove.data?.items ?? [];
  const own = mine.data?.items ?? [];
  const all = (
    <Link to={'/applications' as '/'} className="small">
      {t('all')}
    </Link>
  );
  return (
    <>
      {(waiting.length > 0 || can(entity, 'approve')) && (
        <Panel title={tx('approve')} extra={all} className="work-panel">
          {waiting.length === 0 ? (
            <EmptyState icon="check" title={tx('approve.empty')} />
          ) : (
            <ul className="work-list">
              {waiting.map((r) => (
                <Row key={r.id} entity={entity} record={r} decide />
              ))}
            </ul>
          )}
        </Panel>
      )}
      {own.length > 0 && (
        <Panel title={tx('mine')} extra={all} className="work-panel">
          <ul className="work-list">
            {own.map((r) => (
              <Row key={r.id} entity={entity} record={r} />
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}
