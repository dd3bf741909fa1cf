import { Link } from '@tanstack/react-router';
import type { Filter, Rec } from '@/api/types';
import { formatInstant } from '@/i18n/format';
import { home } from '@/i18n/dict/home';
import { translator } from '@/i18n/t';
import { Pill } from '@/ui/Pill';
import { EmptyState, Loading, Panel } from '@/ui/parts';
import { RecordLink } from '@/ui/RecordLink';
import RowFollowUp from '../follow-ups/RowFollowUp';
import { daysLeft } from '../shared/days';
import { refOf, textOf, useTop } from '../shared/queries';
import { both, type Whose } from './whose';

const tx = translator(home);

const SOON: Filter = { or: [{ protected_until: { within: 'next_7_days' } }, { protected_until: { within: 'past' } }] };

export function useEnding(whose: Whose & { works: boolean }) {
  const filter = both(whose, SOON);
  const list = useTop(
    'customers',
    { filter, sort: 'protected_until', limit: 6, fields: ['name', 'lifecycle', 'protected_until', 'application', 'owner'] },
    true,
    whose.works && whose.filter !== null,
  );
  return { list, filter };
}

export function DaysLeft({ record }: { record: Rec }) {
  const left = daysLeft(record.protected_until);
  if (left === null) return null;
  if (record.application) return <Pill color="violet">{tx('ending.waits')}</Pill>;
  return <Pill color={left <= 3 ? 'red' : 'amber'}>{left === 0 ? tx('ending.over') : tx('ending.left', { n: left })}</Pill>;
}

/** Customers that fall back into the pool within a week (NTF-08, POL-20). */
export function EndingPanel({ ending: { list: ending, filter }, team }: { ending: ReturnType<typeof useEnding>; team: boolean }) {
  const rows = ending.data?.items ?? [];
  const total = ending.data?.count?.value ?? 0;
  return (
    <Panel
      title={
        <>
          {tx(team ? 'ending.team' : 'ending')} {total > 0 && <span className="badge">{total}</span>}
        </>
      }
      extra={
        total > rows.length && (
          <Link to="/e/$entity" params={{ entity: 'customers' }} search={(team ? { view: 'all', filter: JSON.stringify(filter) } : { view: 'returning' }) as never} className="small">
            {tx('due.all')}
          </Link>
        )
      }
      className="work-panel"
    >
      {ending.isPending ? (
        <Loading />
      ) : rows.length === 0 ? (
        <EmptyState icon="pool" title={tx('ending.empty')} />
      ) : (
        <ul className="work-list">
          {rows.map((r) => (
            <li key={r.id} className="work-row">
              <div className="work-main">
                <RecordLink entity="customers" id={r.id} className="work-title">
                  {textOf(r.name)}
                </RecordLink>
                <div className="muted small work-facts">
                  {team && <span>{refOf(r.owner)?.title}</span>}
                  <span className="num">{formatInstant(r.protected_until)}</span>
                </div>
              </div>
              <DaysLeft record={r} />
              <RowFollowUp record={r} entity="customers" />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
