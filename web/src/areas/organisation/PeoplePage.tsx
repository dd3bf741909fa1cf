import Button from 'antd/es/button';
import Checkbox from 'antd/es/checkbox';
import { useMemo, useState } from 'react';
import { useEntity, useMe } from '@/api/hooks';
import type { Filter } from '@/api/types';
import { useGo, useSearchText } from '@/app/nav';
import { organisation as dict } from '@/i18n/dict/organisation';
import { translator } from '@/i18n/t';
import { can } from '@/metadata/fields';
import { EmptyState, Loading, PageBar, Panel } from '@/ui/parts';
import { openAction, openRecordForm } from '@/views/form/openForm';
import { EntityTable } from '@/views/list/EntityTable';
import { QuickSearch } from '@/views/list/QuickSearch';
import { useBranch } from '../shared/branch';
import { refOf, useAll, useFigures } from '../shared/queries';
import { flat, forest } from './tree';
import { TreeEditor } from './TreeEditor';

const tx = translator(dict);
const COLUMNS = ['name', 'login', 'department', 'post', 'superior', 'mobile', 'user_type', 'status'];

/** The departments as a tree with the people in them (ORG-02). */
export default function PeoplePage() {
  const [search, setSearch] = useSearchText();
  const go = useGo();
  const me = useMe();
  const users = useEntity('users');
  const departments = useEntity('departments');
  // Who administers a branch sets up the branch; the colleagues elsewhere stand in the directory.
  const branch = useBranch();
  const inBranch: Filter | undefined = branch ? { or: [{ id: branch.id }, { parent: { under: branch.id } }] } : undefined;
  const list = useAll('departments', { fields: ['name', 'kind', 'parent', 'leader', 'position'], filter: inBranch });
  const figures = useFigures('users', 'department', { status: 'active' });
  const [below, setBelow] = useState(true);
  const [selected, setSelected] = useState(new Set<string>());
  const branches = useMemo(() => forest(list.data ?? []), [list.data]);
  const counts = useMemo(() => new Map((figures.data ?? []).map((f) => [f.group[0] ?? '', f.count])), [figures.data]);
  const id = search.department ?? null;
  const here = flat(branches).find((x) => x.branch.id === id)?.branch;
  const branchId = branch?.id;
  const filter = useMemo(() => (id ? { department: below ? { under: id } : id } : branchId ? { department: { under: branchId } } : null), [id, below, branchId]);
  const choose = (next: string | null) => {
    setSelected(new Set());
    setSearch({ department: next ?? undefined, q: undefined });
  };
  const move = users?.actions.find((a) => a.name === 'move');
  if (list.isPending) return <Loading />;
  const leader = refOf(here?.record.leader);
  // Who administers a branch starts at its top: what is made outside of it is refused.
  const top = here ?? (me.administrator === 'branch' ? branches[0] : undefined);
  const whole = tx(me.administrator === 'branch' ? 'branch' : 'whole');
  return (
    <div className="page people-page">
      <PageBar title={tx('people')}>
        {can(departments, 'create') && (
          <Button
            onClick={() =>
              openRecordForm({
                entity: 'departments',
                defaults: top ? { parent: { id: top.id, title: top.name } } : undefined,
                onSaved: (r) => choose(r.id),
              })
            }
          >
            {tx('tree.new')}
          </Button>
        )}
        {can(users, 'create') && (
          <Button type="primary" onClick={() => go('/admin/users/new', top ? { department: top.id } : {})}>
            {tx('user.new')}
          </Button>
        )}
      </PageBar>
      <div className="people-columns">
        <Panel title={tx('tree')} className="tree-panel">
          {branches.length === 0 && <p className="muted">{tx('tree.empty')}</p>}
          <TreeEditor entityName="departments" label={tx('tree')} whole={whole} branches={branches} selected={id} onSelect={choose} counts={counts} />
        </Panel>
        <section className="panel people-list" aria-label={here?.name ?? whole}>
          <header className="panel-head">
            <h2>{here?.name ?? whole}</h2>
            {here && (
              <span className="muted wide-only">
                {leader ? `${tx('leader')}: ${leader.title}` : tx('leader.none')}
              </span>
            )}
            <span className="grow" />
            {id && (
              <Checkbox checked={below} onChange={(e) => setBelow(e.target.checked)}>
                {tx('with_below')}
              </Checkbox>
            )}
            <QuickSearch key={id ?? ''} value={search.q ?? ''} onChange={(q) => setSearch({ q })} />
            {move && can(users, 'edit') && (
              <Button
                disabled={!selected.size}
                onClick={() => openAction({ entity: 'users', action: move, ids: [...selected], onDone: () => setSelected(new Set()) })}
              >
                {tx('move_people')}
              </Button>
            )}
          </header>
          <div className="people-table">
            <EntityTable
              key={JSON.stringify(filter)}
              entityName="users"
              filter={filter}
              q={search.q}
              sort="name"
              columns={COLUMNS}
              selected={selected}
              onSelect={setSelected}
              empty={<EmptyState icon="person" title={tx('nobody')} />}
            />
          </div>
        </section>
      </div>
    </div>
  );
}
