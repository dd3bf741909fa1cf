import Button from 'antd/es/button';
import { useMemo, useState } from 'react';
import { patch } from '@/api/client';
import { recordWritten, useEntity } from '@/api/hooks';
import type { BulkResult } from '@/api/types';
import { useSearchText } from '@/app/nav';
import { organisation as dict } from '@/i18n/dict/organisation';
import { translator } from '@/i18n/t';
import { RecordPicker } from '@/fields/reference';
import { can } from '@/metadata/fields';
import { toast } from '@/ui/feedback';
import { EmptyState, Loading, PageBar, Panel } from '@/ui/parts';
import { openRecordForm } from '@/views/form/openForm';
import { EntityTable } from '@/views/list/EntityTable';
import { useAll, useFigures } from '../shared/queries';
import { flat, forest } from './tree';
import { TreeEditor } from './TreeEditor';
import { TreePicker } from './TreePicker';

const tx = translator(dict);
const COLUMNS = ['name', 'login', 'department', 'territory', 'post', 'status'];

/** Sales territories as a tree, with the users in them (ORG-11). */
export default function TerritoriesPage() {
  const [search, setSearch] = useSearchText();
  const entity = useEntity('territories');
  const list = useAll('territories', { fields: ['name', 'parent'] });
  const figures = useFigures('users', 'territory', { territory: { empty: false } });
  const branches = useMemo(() => forest(list.data ?? []), [list.data]);
  const counts = useMemo(() => new Map((figures.data ?? []).map((f) => [f.group[0] ?? '', f.count])), [figures.data]);
  const id = search.territory ?? null;
  const filter = useMemo(() => (id ? { territory: { under: id } } : { territory: { empty: false } }), [id]);
  const users = useEntity('users');
  const [selected, setSelected] = useState(new Set<string>());
  const [moving, setMoving] = useState(false);
  const here = flat(branches).find((x) => x.branch.id === id)?.branch;
  const place = async (ids: string[], territory: string | null) => {
    try {
      const done = await patch<BulkResult>('/users', { ids, set: { territory } });
      const failed = (done.results ?? []).filter((r) => !r.ok);
      if (failed.length) toast.warning(failed[0].problem?.detail ?? '');
      else toast.success(tx('move_people.done', { n: done.updated ?? ids.length }));
      setSelected(new Set());
      setMoving(false);
    } catch (e) {
      toast.error(e);
    }
    recordWritten('users');
  };
  if (list.isPending) return <Loading />;
  return (
    <div className="page people-page">
      <PageBar title={tx('territories')}>
        {can(entity, 'create') && (
          <Button type="primary" onClick={() => openRecordForm({ entity: 'territories', onSaved: (r) => setSearch({ territory: r.id }) })}>
            {tx('territories.new')}
          </Button>
        )}
      </PageBar>
      <div className="people-columns">
        <Panel title={tx('territories')} className="tree-panel">
          {branches.length === 0 && <p className="muted">{tx('territories.empty')}</p>}
          <TreeEditor
            entityName="territories"
            label={tx('territories')}
            whole={tx('whole')}
            branches={branches}
            selected={id}
            onSelect={(next) => {
              setSelected(new Set());
              setSearch({ territory: next ?? undefined });
            }}
            counts={counts}
          />
        </Panel>
        <section className="panel people-list" aria-label={here?.name ?? tx('whole')}>
          <header className="panel-head">
            <h2>{here?.name ?? tx('whole')}</h2>
            <span className="grow" />
            {here && can(users, 'edit') && (
              <span className="add-inline">
                <RecordPicker
                  entity="users"
                  label={tx('territories.add')}
                  placeholder={tx('territories.add')}
                  value={[]}
                  filter={{ status: 'active' }}
                  onChange={(v) => v[0] && void place([v[0].id], here.id)}
                />
              </span>
            )}
            {can(users, 'edit') && (
              <>
                <Button disabled={!selected.size} onClick={() => setMoving(true)}>
                  {tx('territories.move')}
                </Button>
                <Button disabled={!selected.size} onClick={() => void place([...selected], null)}>
                  {tx('territories.out')}
                </Button>
              </>
            )}
          </header>
          <div className="people-table">
            <EntityTable
              key={JSON.stringify(filter)}
              entityName="users"
              filter={filter}
              columns={COLUMNS}
              selected={can(users, 'edit') ? selected : undefined}
              onSelect={can(users, 'edit') ? setSelected : undefined}
              empty={<EmptyState icon="person" title={tx('nobody')} />}
            />
          </div>
        </section>
      </div>
      {moving && (
        <TreePicker
          title={tx('move_people.title', { n: selected.size })}
          branches={branches}
          onPick={(to) => place([...selected], to)}
          onClose={() => setMoving(false)}
        />
      )}
    </div>
  );
}
