import Button from 'antd/es/button';
import { del } from '@/api/client';
import { recordWritten, useEntity } from '@/api/hooks';
import type { Rec } from '@/api/types';
import { pools as dict } from '@/i18n/dict/pools';
import { t, translator } from '@/i18n/t';
import { can } from '@/metadata/fields';
import { confirm, toast } from '@/ui/feedback';
import { Panel } from '@/ui/parts';
import { openRecordForm } from '@/views/form/openForm';
import { refOf, textOf, useAll } from '../shared/queries';

const tx = translator(dict);

/** Who may see and claim the customers of a pool: everyone, departments, people. */
export function PoolMembers({ pool }: { pool: Rec }) {
  const entity = useEntity('pool-members');
  const list = useAll('pool-members', { filter: { pool: pool.id } });
  const who = (m: Rec) =>
    m.everyone === true
      ? { name: tx('members.everyone'), kind: '' }
      : refOf(m.department)
        ? { name: textOf(refOf(m.department)?.title), kind: tx('members.department') }
        : { name: textOf(refOf(m.user)?.title), kind: tx('members.user') };
  const remove = async (m: Rec) => {
    if (!(await confirm({ title: tx('members.remove', { name: who(m).name }), okText: t('remove'), danger: true }))) return;
    try {
      await del(`/pool-members/${m.id}`);
      recordWritten('pool-members', null, m.id);
    } catch (e) {
      toast.error(e);
    }
  };
  return (
    <Panel
      title={tx('members')}
      extra={
        can(entity, 'create') && (
          <Button
            size="small"
            onClick={() =>
              openRecordForm({
                entity: 'pool-members',
                defaults: { pool: { id: pool.id, title: pool.name } },
                onSaved: () => {},
              })
            }
          >
            {tx('members.add')}
          </Button>
        )
      }
    >
      <p className="muted">{tx('members.help')}</p>
      {list.data?.length === 0 && <p className="note note-amber">{tx('members.none')}</p>}
      <ul className="member-list">
        {(list.data ?? []).map((m) => (
          <li key={m.id} className="row">
            <strong>{who(m).name}</strong>
            <span className="muted grow">{who(m).kind}</span>
            {can(entity, 'delete') && (
              <button type="button" className="link small" onClick={() => void remove(m)}>
                {t('remove')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
