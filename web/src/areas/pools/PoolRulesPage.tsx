import { Link } from '@tanstack/react-router';
import Button from 'antd/es/button';
import { useState } from 'react';
import { useEntity, useRecord } from '@/api/hooks';
import type { Entity, Rec } from '@/api/types';
import { useSearchText } from '@/app/nav';
import { sameValue, writeValue } from '@/fields/kind';
import { pools as dict } from '@/i18n/dict/pools';
import { t, translator } from '@/i18n/t';
import { can } from '@/metadata/fields';
import { toast } from '@/ui/feedback';
import { EmptyState, Loading, PageBar, Panel, Tabs } from '@/ui/parts';
import { ConflictDialog } from '@/views/form/ConflictDialog';
import { openRecordForm } from '@/views/form/openForm';
import { RecordForm } from '@/views/form/RecordForm';
import { useRecordForm } from '@/views/form/useRecordForm';
import { textOf, useAll } from '../shared/queries';
import { ask, type Answer } from '../shared/quiet';
import { DryRun } from './DryRun';
import { PoolMembers } from './PoolMembers';
import './pools.css';

const tx = translator(dict);
/** Rules that move customers when they change; the dry run takes them. */
const MOVING = ['potential_days', 'intent_days', 'lapse_basis', 'warn_days'];

function Editor({ record, entity }: { record: Rec; entity: Entity }) {
  const form = useRecordForm({ entityName: 'pools', entity, record });
  const [tried, setTried] = useState<{ answer: Answer; save: boolean } | null>(null);
  const [busy, setBusy] = useState(false);
  const moving = form.fields.filter((f) => MOVING.includes(f.name));
  const changed = moving.filter((f) => !sameValue(form.values[f.name], record[f.name], f));
  const tryOut = async (save: boolean) => {
    setBusy(true);
    try {
      const input = Object.fromEntries(moving.map((f) => [f.name, writeValue(form.values[f.name], f)]));
      setTried({ answer: await ask(`/pools/${record.id}/dry-run`, input), save });
    } catch (e) {
      toast.error(e);
    }
    setBusy(false);
  };
  const save = async () => {
    const saved = await form.submit();
    setTried(null);
    if (saved) toast.success(t('saved'));
  };
  const editable = can(entity, 'edit');
  return (
    <Panel
      title={textOf(record.name)}
      extra={
        editable && (
          <span className="row">
            <Button loading={busy} onClick={() => void tryOut(false)}>
              {tx('try')}
            </Button>
            <Button
              type="primary"
              disabled={!form.dirty}
              loading={form.busy}
              onClick={() => void (changed.length ? tryOut(true) : save())}
            >
              {tx('save')}
            </Button>
          </span>
        )
      }
    >
      {record.applied_to ? <p className="note note-blue form-failure">{tx('applying')}</p> : null}
      <RecordForm
        id="pool-rules"
        form={form}
        columns={3}
        autoFocus={false}
        onSubmit={() => void (changed.length ? tryOut(true) : save())}
      />
      {tried && (
        <DryRun
          answer={tried.answer}
          returns={form.values.auto_return === true}
          busy={form.busy}
          onClose={() => setTried(null)}
          onSave={tried.save ? () => void save() : undefined}
        />
      )}
      <ConflictDialog entity={entity} form={form} onResolved={() => toast.success(t('saved'))} />
    </Panel>
  );
}

/** Rules and members of the pools, with the dry run before they take hold. */
export default function PoolRulesPage() {
  const entity = useEntity('pools');
  const [search, setSearch] = useSearchText();
  const list = useAll('pools', { sort: 'name', fields: ['name', 'is_default'] });
  const rows = [...(list.data ?? [])].sort((a, b) => Number(b.is_default === true) - Number(a.is_default === true));
  const id = rows.find((p) => p.id === search.pool)?.id ?? rows[0]?.id;
  const pool = useRecord('pools', id);
  if (!entity) return <EmptyState icon="warning" title={t('error.noentity')} />;
  return (
    <div className="page">
      <PageBar title={tx('rules')}>
        {id && (
          <Link to="/e/$entity" params={{ entity: 'customers' }} search={{ filter: JSON.stringify({ pool: id }) } as never}>
            {tx('customers')}
          </Link>
        )}
        {can(entity, 'create') && (
          <Button onClick={() => openRecordForm({ entity: 'pools', onSaved: (r) => setSearch({ pool: r.id }) })}>{tx('new')}</Button>
        )}
      </PageBar>
      {list.isPending ? (
        <Loading />
      ) : (
        <div className="stack">
          <Tabs
            id="pool"
            label={tx('rules')}
            value={id ?? ''}
            onChange={(key) => setSearch({ pool: key })}
            items={rows.map((p) => ({
              key: p.id,
              label: p.is_default === true ? `${textOf(p.name)}（${tx('default')}）` : textOf(p.name),
            }))}
          />
          <div id="pool-panel" role="tabpanel" aria-labelledby={`pool-${id}`} className="pool-columns">
            {pool.data ? <Editor key={`${id}/${pool.data.version}`} record={pool.data} entity={entity} /> : <Loading />}
            {pool.data && <PoolMembers pool={pool.data} />}
          </div>
        </div>
      )}
    </div>
  );
}
