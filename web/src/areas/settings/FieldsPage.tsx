import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useEffect, useState } from 'react';
import { get, patch } from '@/api/client';
import { queryClient, useMeta } from '@/api/hooks';
import { followJob } from '@/api/jobs';
import type { Job } from '@/api/types';
import { useSearchText } from '@/app/nav';
import { settings } from '@/i18n/dict/settings';
import { t, translator } from '@/i18n/t';
import { confirm, toast } from '@/ui/feedback';
import { EmptyState, ErrorState, Loading, PageBar, Panel } from '@/ui/parts';
import { Pill } from '@/ui/Pill';
import { RowTable } from '@/ui/RowTable';
import { SideList } from '@/ui/SideList';
import { unlisted } from '../nav';
import { SYSTEM } from '../rights/ScopeMatrix';
import { FieldForm, type CustomField } from './FieldForm';
import './settings.css';

const tx = translator(settings);

/** How far the values of a computed field are. */
function Computing({ id }: { id: string }) {
  const [job, setJob] = useState<Job | null>(null);
  useEffect(() => {
    const again = () => void queryClient.invalidateQueries({ queryKey: ['fields'] });
    followJob(id, setJob).then(again, again);
  }, [id]);
  return <Pill color="blue">{tx('fields.computing', { done: job?.done ?? 0, total: job?.total ?? '…' })}</Pill>;
}

function List({ entity, onEdit }: { entity: string; onEdit: (f: CustomField) => void }) {
  const meta = useMeta();
  const list = useQuery({
    queryKey: ['fields', entity],
    queryFn: async () => (await get<{ items: CustomField[] }>('/fields', { entity })).items,
  });
  const groupLabel = (name?: string | null) => meta.entities[entity].fields.find((f) => f.group === name)?.group_label ?? name ?? '';
  const toggle = async (f: CustomField) => {
    if (!f.hidden && !(await confirm({ title: tx('fields.hide.ask', { name: f.label }), okText: tx('fields.hide') }))) return;
    try {
      await patch(`/fields/${f.id}`, { hidden: !f.hidden }, f.version);
      void queryClient.invalidateQueries({ queryKey: ['fields'] });
      void queryClient.invalidateQueries({ queryKey: ['meta'] });
    } catch (e) {
      toast.error(e);
    }
  };
  if (list.isPending) return <Loading />;
  if (list.isError) return <ErrorState error={list.error} retry={() => void list.refetch()} />;
  if (!list.data.length) return <EmptyState icon="columns" title={tx('fields.none')} />;
  return (
    <RowTable
      rows={list.data}
      id={(f) => f.id}
      off={(f) => Boolean(f.hidden || f.rests)}
      columns={[
        {
          title: tx('fields.label'),
          cell: (f) => (
            <>
              {f.required && (
                <span className="required" aria-hidden="true">
                  *
                </span>
              )}
              {f.label} {(f.hidden || f.rests) && <Pill>{tx(f.hidden ? 'fields.hidden' : 'fields.rests')}</Pill>}
            </>
          ),
        },
        { title: tx('fields.name'), wide: true, cell: (f) => <code className="muted">{f.name}</code> },
        {
          title: tx('fields.kind'),
          cell: (f) => (
            <>
              {tx(`kind.${f.kind}`)} {f.job && <Computing id={f.job} />}{' '}
              <span className="muted">
                {f.choices?.length ? tx('fields.options', { n: f.choices.length }) : f.target ? meta.entities[f.target]?.label : ''}
              </span>
            </>
          ),
        },
        { title: tx('fields.group'), wide: true, cell: (f) => groupLabel(f.group ?? 'custom') },
      ]}
      actions={(f) => (
        <>
          <button type="button" className="link" onClick={() => onEdit(f)}>
            {t('edit')}
          </button>
          <button type="button" className="link" onClick={() => void toggle(f)}>
            {tx(f.hidden ? 'fields.show' : 'fields.hide')}
          </button>
        </>
      )}
    />
  );
}

/** Fields of the company's own, on every module. */
export default function FieldsPage() {
  const meta = useMeta();
  const [search, setSearch] = useSearchText();
  const [editing, setEditing] = useState<CustomField | 'new' | null>(null);
  const names = meta.areas.flatMap((a) => a.entities).filter((e) => meta.entities[e]);
  const system = (e: string) => Number(SYSTEM.has(meta.entities[e].area)) * 2 + Number(unlisted.has(e));
  const sorted = [...names].sort((a, b) => system(a) - system(b));
  const name = search.entity && meta.entities[search.entity] ? search.entity : (sorted.find((e) => e === 'customers') ?? sorted[0]);
  const customs = (e: string) => meta.entities[e].fields.filter((f) => f.custom).length;
  return (
    <div className="page">
      <PageBar title={tx('fields.title')} />
      <div className="side-columns">
        <SideList
          label={tx('fields.entity')}
          items={sorted.map((e) => ({ key: e, label: meta.entities[e].label, note: customs(e) || undefined }))}
          value={name}
          onSelect={(entity) => setSearch({ entity })}
        />
        <Panel
          title={meta.entities[name].label}
          extra={
            <Button size="small" type="primary" onClick={() => setEditing('new')}>
              {tx('fields.new')}
            </Button>
          }
        >
          <List entity={name} onEdit={setEditing} />
        </Panel>
      </div>
      {editing && <FieldForm entity={name} field={editing === 'new' ? undefined : editing} onClose={() => setEditing(null)} />}
    </div>
  );
}
