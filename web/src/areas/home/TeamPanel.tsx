import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { useEntity, useMe, useRecord } from '@/api/hooks';
import type { Filter } from '@/api/types';
import { home } from '@/i18n/dict/home';
import { translator } from '@/i18n/t';
import { can, fieldOf } from '@/metadata/fields';
import { errorText, toast } from '@/ui/feedback';
import { Panel } from '@/ui/parts';
import { refOf, useFigures, type Figure } from '../shared/queries';
import { useTeamFilter } from './whose';

const DisableDialog = lazy(() => import('../organisation/DisableDialog'));
const tx = translator(home);
const SHOWN = 10;

/** Bars of one measure; each leads to the records it counts. */
interface BarsProps {
  title: string;
  rows: Figure[];
  link: (key: string) => { entity: string; filter: Filter };
  /** What may be done about a row. */
  act?: (key: string, label: string) => ReactNode;
}
function Bars({ title, rows, link, act }: BarsProps) {
  const sorted = [...rows].sort((a, b) => b.count - a.count).slice(0, SHOWN);
  const top = Math.max(1, ...sorted.map((r) => r.count));
  return (
    <section className="bars-part">
      <h3>{title}</h3>
      {sorted.length === 0 && <p className="muted small">{tx('team.none')}</p>}
      <ul className={act ? 'bars bars-act' : 'bars'}>
        {sorted.map((r) => {
          const key = r.group[0];
          const to = key === null ? null : link(key);
          const label = r.labels[0] ?? tx('team.pool');
          return (
            <li key={key ?? ''}>
              {to ? (
                <Link to="/e/$entity" params={{ entity: to.entity }} search={{ filter: JSON.stringify(to.filter) } as never} className="bar-label ellipsis">
                  {label}
                </Link>
              ) : (
                <span className="bar-label ellipsis">{label}</span>
              )}
              <span className="bar" aria-hidden="true">
                <i style={{ width: `${(r.count / top) * 100}%` }} />
              </span>
              <span className="num bar-count">{r.count}</span>
              {act && <span className="bar-act">{key !== null && act(key, label)}</span>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Figures of the people below, for those who may assign customers. */
export function TeamPanel() {
  const me = useMe();
  const customers = useEntity('customers');
  const manager = can(customers, 'assign');
  const department = refOf(me.user.department);
  const here = useTeamFilter();
  const week: Filter = { contacted_at: { within: 'this_week' } };
  const held = useFigures('customers', 'owner', here ?? { owner: { empty: false } }, manager);
  const spoken = useFigures('follow-ups', 'owner', here ? { and: [here, week] } : week, manager && Boolean(useEntity('follow-ups')));
  const stages = useFigures('customers', 'lifecycle', here, manager);
  const [handing, setHanding] = useState<string | null>(null);
  const untrue: Filter = { verdict: 'false' };
  // Whoever entered them, not whoever holds them now (CUS-49).
  const entered = department ? { 'answerable.department': { under: department.id } } : null;
  const lies = useFigures('customers', 'answerable', entered ? { and: [entered, untrue] } : untrue, manager && Boolean(customers && fieldOf(customers, 'answerable')));
  if (!manager || !held.data || held.data.length === 0) return null;
  const handOver = (id: string, name: string) =>
    id !== me.user.id && (
      <button type="button" className="link small" aria-label={tx('team.hand_over.of', { name })} onClick={() => setHanding(id)}>
        {tx('team.hand_over')}
      </button>
    );
  return (
    <Panel title={department?.title ? `${tx('team')} · ${department.title}` : tx('team')}>
      <div className="team-grid">
        <Bars title={tx('team.held')} rows={held.data} link={(id) => ({ entity: 'customers', filter: { owner: id } })} act={me.leads ? handOver : undefined} />
        <Bars
          title={tx('team.week')}
          rows={spoken.data ?? []}
          link={(id) => ({ entity: 'follow-ups', filter: { and: [{ owner: id }, week] } })}
        />
        <Bars
          title={tx('team.stages')}
          rows={stages.data ?? []}
          link={(code) => ({ entity: 'customers', filter: here ? { and: [here, { lifecycle: code }] } : { lifecycle: code } })}
        />
        {(lies.data ?? []).length > 0 && (
          <Bars title={tx('team.false')} rows={lies.data ?? []} link={(id) => ({ entity: 'customers', filter: { and: [{ answerable: id }, untrue] } })} />
        )}
      </div>
      {handing && (
        <Suspense fallback={null}>
          <HandOver key={handing} id={handing} onClose={() => setHanding(null)} />
        </Suspense>
      )}
    </Panel>
  );
}

/** The work of one of the people below, where it may be handed over. */
function HandOver({ id, onClose }: { id: string; onClose: () => void }) {
  const user = useRecord('users', id);
  const whyNot = user.isError ? errorText(user.error) : user.data?._can?.actions['hand-over'];
  useEffect(() => {
    if (!whyNot) return;
    toast.warning(whyNot);
    onClose();
  }, [whyNot, onClose]);
  return user.data && whyNot === null ? <DisableDialog user={user.data} action="hand-over" onClose={onClose} /> : null;
}
