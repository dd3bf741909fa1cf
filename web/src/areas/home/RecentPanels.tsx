import { useEntity } from '@/api/hooks';
import { FieldValue } from '@/fields/FieldValue';
import { formatAgo } from '@/i18n/format';
import { home } from '@/i18n/dict/home';
import { translator } from '@/i18n/t';
import { can, fieldOf } from '@/metadata/fields';
import { EmptyState, Panel } from '@/ui/parts';
import { RecordLink } from '@/ui/RecordLink';
import { openRecordForm } from '@/views/form/openForm';
import RowFollowUp from '../follow-ups/RowFollowUp';
import { refOf, textOf, useTop } from '../shared/queries';
import { both, type Whose } from './whose';

const tx = translator(home);

const RECENT = ['name', 'lifecycle', 'created_at', 'owner'];

/** The newest of one's own or of the team; for those who only look things up, the newest of all they see. */
export function RecentPanel({ whose }: { whose: Whose & { works: boolean } }) {
  const entity = useEntity('customers');
  const fields = RECENT.filter((name) => entity && fieldOf(entity, name));
  const list = useTop('customers', { filter: whose.works ? whose.filter : null, sort: '-created_at', limit: 6, fields }, false, whose.filter !== null);
  if (!entity) return null;
  const rows = list.data?.items ?? [];
  const stage = fieldOf(entity, 'lifecycle');
  return (
    <Panel title={tx(whose.team ? 'recent.team' : 'recent')} className="work-panel">
      {rows.length === 0 ? (
        <EmptyState icon="customers" title={tx('recent.empty')}>
          {can(entity, 'create') && (
            <button type="button" className="link" onClick={() => openRecordForm({ entity: 'customers' })}>
              {tx('recent.create')}
            </button>
          )}
        </EmptyState>
      ) : (
        <ul className="work-list">
          {rows.map((r) => (
            <li key={r.id} className="work-row">
              <div className="work-main row-wrap">
                <RecordLink entity="customers" id={r.id} className="work-title">
                  {textOf(r.name)}
                </RecordLink>
                {stage && <FieldValue field={stage} record={r} />}
              </div>
              <span className="muted small">
                {(whose.team || !whose.works) && refOf(r.owner)?.title ? `${refOf(r.owner)?.title} · ` : ''}
                {formatAgo(textOf(r.created_at))}
              </span>
              <RowFollowUp record={r} entity="customers" />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

export function useWeek(whose: Whose) {
  const filter = both(whose, { contacted_at: { within: 'this_week' } });
  const list = useTop(
    'follow-ups',
    { filter, sort: '-contacted_at', limit: 6, fields: ['summary', 'customer', 'lead', 'channel', 'contacted_at', 'owner'] },
    true,
    whose.filter !== null,
  );
  return { list, filter };
}

export function WeekPanel({ week: { list: week }, team }: { week: ReturnType<typeof useWeek>; team: boolean }) {
  const entity = useEntity('follow-ups');
  if (!entity) return null;
  const rows = week.data?.items ?? [];
  const channel = fieldOf(entity, 'channel');
  return (
    <Panel title={tx(team ? 'week.team' : 'week')} className="work-panel">
      {rows.length === 0 ? (
        <EmptyState icon="chat" title={tx('week.empty')} />
      ) : (
        <ul className="work-list">
          {rows.map((r) => (
            <li key={r.id} className="work-row">
              <div className="work-main">
                <RecordLink entity="follow-ups" id={r.id} className="work-title">
                  {textOf(r.summary)}
                </RecordLink>
                <div className="muted small work-facts">
                  {team && <span>{refOf(r.owner)?.title}</span>}
                  <span>{refOf(r.customer)?.title ?? refOf(r.lead)?.title}</span>
                  {channel && <FieldValue field={channel} record={r} />}
                </div>
              </div>
              <span className="muted small">{formatAgo(textOf(r.contacted_at))}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
