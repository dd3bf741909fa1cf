import Button from 'antd/es/button';
import Input from 'antd/es/input';
import { useState } from 'react';
import { del } from '@/api/client';
import { recordWritten, useEntity } from '@/api/hooks';
import type { Rec } from '@/api/types';
import { useSearchText } from '@/app/nav';
import { rights as dict } from '@/i18n/dict/rights';
import { t, translator } from '@/i18n/t';
import { can } from '@/metadata/fields';
import { confirm, toast } from '@/ui/feedback';
import { EmptyState, Loading, PageBar, Tabs } from '@/ui/parts';
import { Pill } from '@/ui/Pill';
import { SideList } from '@/ui/SideList';
import { openRecordForm } from '@/views/form/openForm';
import { Links } from '../organisation/Links';
import { textOf, useAll, useFigures } from '../shared/queries';
import { FieldMatrix } from './FieldMatrix';
import { ScopeMatrix } from './ScopeMatrix';
import './rights.css';

const tx = translator(dict);

function RoleHead({ role, onGone }: { role: Rec; onGone: () => void }) {
  const entity = useEntity('roles');
  const remove = async () => {
    if (!(await confirm({ title: tx('roles.delete.ask', { name: textOf(role.name) }), okText: t('delete'), danger: true }))) return;
    try {
      await del(`/roles/${role.id}`);
      recordWritten('roles', null, role.id);
      onGone();
    } catch (e) {
      toast.error(e);
    }
  };
  return (
    <header className="panel-head role-head">
      <div className="grow">
        <h2>
          {textOf(role.name)} {role.delegable === true && <Pill color="violet">{tx('roles.delegable')}</Pill>}
          {role.administers_branch === true && <Pill color="amber">{tx('roles.administers')}</Pill>}
          {role.needs_superior === true && <Pill>{tx('roles.needs_superior')}</Pill>}
        </h2>
        <p className="muted">{textOf(role.description)}</p>
      </div>
      {can(entity, 'edit') && (
        <Button size="small" onClick={() => openRecordForm({ entity: 'roles', id: role.id })}>
          {tx('roles.edit')}
        </Button>
      )}
      {can(entity, 'delete') && (
        <Button size="small" danger onClick={() => void remove()}>
          {tx('roles.delete')}
        </Button>
      )}
    </header>
  );
}

/** Roles: what they may do, which fields they see, who holds them (ORG-10, ORG-24…27). */
export default function RolesPage() {
  const entity = useEntity('roles');
  const [search, setSearch] = useSearchText();
  const [q, setQ] = useState('');
  const list = useAll('roles', { fields: ['name', 'description', 'code', 'delegable', 'administers_branch', 'needs_superior', 'position'], sort: 'position' });
  const holders = useFigures('user-roles', 'role');
  const count = new Map((holders.data ?? []).map((f) => [f.group[0], f.count]));
  if (!entity) return <EmptyState icon="warning" title={t('error.noentity')} />;
  if (!list.data) return <Loading />;
  const role = list.data.find((r) => r.id === search.role) ?? list.data[0];
  const shown = list.data.filter((r) => !q || `${textOf(r.name)}${textOf(r.description)}`.includes(q));
  const tab = search.tab === 'fields' || search.tab === 'holders' ? search.tab : 'matrix';
  return (
    <div className="page">
      <PageBar title={tx('roles')}>
        {can(entity, 'create') && (
          <Button type="primary" onClick={() => openRecordForm({ entity: 'roles', onSaved: (r) => setSearch({ role: r.id }) })}>
            {tx('roles.new')}
          </Button>
        )}
      </PageBar>
      <div className="side-columns">
        <SideList
          label={tx('roles')}
          items={shown.map((r) => ({ key: r.id, label: textOf(r.name), note: count.get(r.id) ? tx('roles.holders', { n: count.get(r.id)! }) : undefined }))}
          value={role?.id}
          onSelect={(key) => setSearch({ role: key })}
        >
          <Input aria-label={tx('roles.find')} placeholder={tx('roles.find')} value={q} allowClear onChange={(e) => setQ(e.target.value)} />
        </SideList>
        {role && (
          <section className="panel role-main" aria-label={textOf(role.name)}>
            <RoleHead role={role} onGone={() => setSearch({ role: undefined })} />
            <div className="role-tabs">
              <Tabs
                id="role"
                label={textOf(role.name)}
                value={tab}
                onChange={(key) => setSearch({ tab: key === 'matrix' ? undefined : key })}
                items={[
                  { key: 'matrix', label: tx('tab.matrix') },
                  { key: 'fields', label: tx('tab.fields') },
                  { key: 'holders', label: tx('tab.holders'), badge: count.get(role.id) },
                ]}
              />
            </div>
            <div id="role-panel" role="tabpanel" aria-labelledby={`role-${tab}`} className="panel-body" key={role.id}>
              {tab === 'matrix' && <ScopeMatrix role={role} />}
              {tab === 'fields' && <FieldMatrix role={role} />}
              {tab === 'holders' && (
                <div className="stack">
                  <p className="muted">{tx('holders.help')}</p>
                  <Links
                    join="user-roles"
                    here="role"
                    id={role.id}
                    there="user"
                    target="users"
                    add={tx('holders.add')}
                    none={tx('holders.none')}
                  />
                </div>
              )}
            </div>
          </section>
        )}
      </div>
    </div>
  );
}
