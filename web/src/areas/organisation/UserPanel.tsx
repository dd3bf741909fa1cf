import Button from 'antd/es/button';
import { lazy, Suspense, useState } from 'react';
import { useEntity, useMe } from '@/api/hooks';
import { organisation as dict } from '@/i18n/dict/organisation';
import { translator } from '@/i18n/t';
import { mayOn } from '@/metadata/rights';
import { Panel } from '@/ui/parts';
import { RecordLink } from '@/ui/RecordLink';
import type { RecordPanelProps } from '..';
import { refOf, textOf, useTop } from '../shared/queries';
import { Links } from './Links';

const ResetLink = lazy(() => import('./ResetLink'));
const SessionsDialog = lazy(() => import('./SessionsDialog'));
const DisableDialog = lazy(() => import('./DisableDialog'));
const tx = translator(dict);

/** What an account may do and whom it stands under; what an administrator does with it. */
export default function UserPanel({ record }: RecordPanelProps) {
  const entity = useEntity('users');
  const me = useMe();
  const [open, setOpen] = useState<'reset' | 'sessions' | 'disable' | 'hand-over' | null>(null);
  const below = useTop('users', { filter: { superior: record.id }, limit: 12, fields: ['name'], sort: 'name' });
  const byRole = useTop('user-roles', { filter: { user: record.id, 'role.administers_branch': true }, limit: 1, fields: ['role'] });
  const administering = record.administration === 'none' ? refOf(byRole.data?.items[0]?.role)?.title : undefined;
  // Whoever administers a branch changes nobody outside it.
  const administers = mayOn(entity, record, 'edit');
  // So may superiors, who administer nobody (POL-14).
  const handsOver = record._can?.actions['hand-over'] === null;
  const superior = refOf(record.superior);
  const name = textOf(record.name);
  const close = () => setOpen(null);
  const active = record.status === 'active';
  return (
    <Panel
      title={tx('panel.access')}
      extra={
        (administers || handsOver) && (
          <span className="row-wrap">
            {administers && (
              <>
                <Button size="small" onClick={() => setOpen('reset')}>
                  {tx('panel.reset')}
                </Button>
                <Button size="small" onClick={() => setOpen('sessions')}>
                  {tx('sessions')}
                </Button>
              </>
            )}
            {handsOver && (
              <Button size="small" onClick={() => setOpen('hand-over')}>
                {tx('hand_over')}
              </Button>
            )}
            {administers && active && record.id !== me.user.id && (
              <Button size="small" danger onClick={() => setOpen('disable')}>
                {tx('disable')}
              </Button>
            )}
          </span>
        )
      }
    >
      <div className="access-grid">
        <section>
          <h3>{tx('panel.roles')}</h3>
          <Links join="user-roles" here="user" id={record.id} there="role" target="roles" add={tx('panel.add_role')} none={tx('panel.none')} fixed={!administers} />
          {administering && <p className="muted small">{tx('panel.administers', { role: administering })}</p>}
        </section>
        <section>
          <h3>{tx('panel.teams')}</h3>
          <Links join="team-members" here="user" id={record.id} there="team" target="teams" add={tx('panel.add_team')} none={tx('panel.none')} fixed={!administers} />
        </section>
        <section>
          <h3>{tx('panel.superior')}</h3>
          {superior ? (
            <RecordLink entity="users" id={superior.id}>
              {superior.title}
            </RecordLink>
          ) : (
            <span className="muted">{tx('panel.none')}</span>
          )}
        </section>
        <section>
          <h3>
            {tx('panel.below')} {below.data?.count?.value ? <span className="badge">{below.data.count.value}</span> : null}
          </h3>
          <div className="row-wrap">
            {below.data?.items.map((u) => (
              <RecordLink key={u.id} entity="users" id={u.id}>
                {textOf(u.name)}
              </RecordLink>
            ))}
            {below.data?.items.length === 0 && <span className="muted">{tx('panel.none')}</span>}
          </div>
        </section>
      </div>
      <Suspense fallback={null}>
        {open === 'reset' && <ResetLink user={record.id} name={name} onClose={close} />}
        {open === 'sessions' && <SessionsDialog user={record.id} name={name} onClose={close} />}
        {(open === 'disable' || open === 'hand-over') && <DisableDialog user={record} action={open} onClose={close} />}
      </Suspense>
    </Panel>
  );
}
