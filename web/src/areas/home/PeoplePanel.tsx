import { Link } from '@tanstack/react-router';
import { useEntity, useMe } from '@/api/hooks';
import type { Filter } from '@/api/types';
import { home } from '@/i18n/dict/home';
import { translator } from '@/i18n/t';
import { can } from '@/metadata/fields';
import { Panel } from '@/ui/parts';
import { RecordLink } from '@/ui/RecordLink';
import { refOf, textOf, useTop } from '../shared/queries';

const tx = translator(home);

/** What an administrator looks after: the accounts of the company, or of the branch that is theirs. */
export function PeoplePanel() {
  const me = useMe();
  const users = useEntity('users');
  const customers = useEntity('customers');
  const branch = me.administrator === 'full' ? null : refOf(me.user.department);
  const asks = me.administrator === 'full' || (me.administrator === 'branch' && branch !== null);
  const within = (field: string, other: Filter): Filter => (branch ? { and: [{ [field]: { under: branch.id } }, other] } : other);
  const active = within('department', { status: 'active' });
  const waiting = within('department', { and: [{ status: 'active' }, { last_sign_in: { empty: true } }] });
  const left = within('owner.department', { 'owner.status': 'disabled' });
  const fields = ['name', 'login', 'department'];
  const all = useTop('users', { filter: active, limit: 1, fields }, true, asks);
  const never = useTop('users', { filter: waiting, limit: 6, sort: '-created_at', fields }, true, asks);
  const stranded = useTop('customers', { filter: left, limit: 1, fields: ['name'] }, true, asks);
  if (!asks || !users) return null;
  const figure = (label: string, n: number | undefined, entity: string, filter: Filter) => (
    <li>
      <Link to="/e/$entity" params={{ entity }} search={{ filter: JSON.stringify(filter) } as never} className="people-figure">
        <span className="muted">{label}</span> <b className="num">{n ?? '–'}</b>
      </Link>
    </li>
  );
  const rows = never.data?.items ?? [];
  return (
    <Panel
      title={branch?.title ? `${tx('people')} · ${branch.title}` : tx('people')}
      extra={
        <span className="row small">
          {can(users, 'create') && <Link to={'/admin/users/new' as '/'}>{tx('people.new')}</Link>}
          <Link to={'/admin/people' as '/'}>{tx('people.tree')}</Link>
        </span>
      }
      className="work-panel"
    >
      <ul className="people-figures">
        {figure(tx('people.active'), all.data?.count?.value, 'users', active)}
        {figure(tx('people.waiting'), never.data?.count?.value, 'users', waiting)}
        {customers && figure(tx('people.left'), stranded.data?.count?.value, 'customers', left)}
      </ul>
      {rows.length > 0 && (
        <>
          <p className="muted small">{tx('people.waiting.help')}</p>
          <ul className="work-list">
            {rows.map((u) => (
              <li key={u.id} className="work-row">
                <div className="work-main row-wrap">
                  <RecordLink entity="users" id={u.id} className="work-title">
                    {textOf(u.name)}
                  </RecordLink>
                  <span className="muted small">{textOf(u.login)}</span>
                </div>
                <span className="muted small">{refOf(u.department)?.title}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}
