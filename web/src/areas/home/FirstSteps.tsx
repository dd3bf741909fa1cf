import { Link } from '@tanstack/react-router';
import { useMe, useMeta } from '@/api/hooks';
import { home } from '@/i18n/dict/home';
import { translator } from '@/i18n/t';
import { can } from '@/metadata/fields';
import { Icon } from '@/ui/Icon';
import { Panel } from '@/ui/parts';
import { useTop } from '../shared/queries';

const tx = translator(home);

/** What a new company does first; gone once there are departments, colleagues and customers. */
export function FirstSteps() {
  const me = useMe();
  const meta = useMeta();
  const asks = me.administrator === 'full';
  const departments = useTop('departments', { limit: 1, fields: ['name'] }, true, asks).data?.count?.value;
  const users = useTop('users', { limit: 1, fields: ['name'], filter: { status: 'active' } }, true, asks).data?.count?.value;
  const customers = useTop('customers', { limit: 1, fields: ['name'] }, true, asks).data?.count?.value;
  if (!asks || departments === undefined || users === undefined || customers === undefined) return null;
  const steps = [
    { done: departments > 0, label: tx('first.departments'), to: '/admin/people' },
    { done: users > 1, label: tx('first.users'), to: '/admin/users/new' },
    { done: customers > 0, label: tx('first.customers'), to: can(meta.entities.customers, 'import') ? '/import/customers' : '/e/customers' },
  ];
  if (steps.every((s) => s.done)) return null;
  return (
    <Panel title={tx('first')} className="first-steps">
      <ol>
        {steps.map((s, i) => (
          <li key={s.to} className={s.done ? 'is-done' : ''}>
            <span className="first-mark">{s.done ? <Icon name="check" size={14} /> : i + 1}</span>
            {s.done ? <span>{s.label}</span> : <Link to={s.to as '/'}>{s.label}</Link>}
          </li>
        ))}
        <li>
          <span className="first-mark">{steps.length + 1}</span>
          <Link to={'/admin/pools' as '/'}>{tx('first.rules')}</Link>
        </li>
      </ol>
    </Panel>
  );
}
