import { Link } from '@tanstack/react-router';
import type { Rec } from '@/api/types';
import { formatInstant } from '@/i18n/format';
import { home } from '@/i18n/dict/home';
import { translator } from '@/i18n/t';
import { Pill } from '@/ui/Pill';
import { EmptyState, Loading, Panel } from '@/ui/parts';
import { RecordLink } from '@/ui/RecordLink';
import RowFollowUp from '../follow-ups/RowFollowUp';
import { daysLeft } from '../shared/days';
import { textOf, useTop } from '../shared/queries';

const tx = translator(home);

export const useEnding = () =>
  useTop('customers', {
    filter: { and: [{ owner: { me: true } }, { or: [{ protected_until: { within: 'next_7_days' } }, { protected_until: { within: 'past' } }] }] },
    sort: 'protected_until',
    limit: 6,
    fields: ['name', 'lifecycle', 'protected_until', 'application'],
  });

export function DaysLeft({ record }: { record: Rec }) {
  const left = daysLeft(record.protected_until);
  if (left === null) return null;
  if (record.application) return <Pill color="violet">{tx('ending.waits')}</Pill>;
  return <Pill color={left <= 3 ? 'red' : 'amber'}>{left === 0 ? tx('ending.over') : tx('ending.left', { n: left })}</Pill>;
}

/** Customers that fall back into the pool within a week (NTF-08, POL-20). */
export function EndingPanel({ ending }: { ending: ReturnType<typeof useEnding> }) {
  const rows = ending.data?.items ?? [];
  const total = ending.data?.count?.value ?? 0;
  return (
    <Panel
      title={
        <>
          {tx('ending')} {total > 0 && <span className="badge">{total}</span>}
        </>
      }
      extra={
        total > rows.length && (
          <Link to="/e/$entity" params={{ entity: 'customers' }} search={{ view: 'returning' } as never} className="small">
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
                <div className="muted small num">{formatInstant(r.protected_until)}</div>
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
