import Button from 'antd/es/button';
import { useMemo } from 'react';
import { useEntity } from '@/api/hooks';
import { useSearchText } from '@/app/nav';
import { organisation as dict } from '@/i18n/dict/organisation';
import { translator } from '@/i18n/t';
import { can } from '@/metadata/fields';
import { EmptyState, Loading, PageBar, Panel } from '@/ui/parts';
import { openRecordForm } from '@/views/form/openForm';
import { EntityTable } from '@/views/list/EntityTable';
import { useAll, useFigures } from '../shared/queries';
import { forest } from './tree';
import { TreeEditor } from './TreeEditor';

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
            branches={branches}
            selected={id}
            onSelect={(next) => setSearch({ territory: next ?? undefined })}
            counts={counts}
          />
        </Panel>
        <section className="panel people-list">
          <div className="people-table">
            <EntityTable
              key={JSON.stringify(filter)}
              entityName="users"
              filter={filter}
              columns={COLUMNS}
              empty={<EmptyState icon="person" title={tx('nobody')} />}
            />
          </div>
        </section>
      </div>
    </div>
  );
}
