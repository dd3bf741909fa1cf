import Button from 'antd/es/button';
import { queryClient, useEntity, useRecord } from '@/api/hooks';
import type { Entity, Rec } from '@/api/types';
import { t } from '@/i18n/t';
import { can } from '@/metadata/fields';
import { toast } from '@/ui/feedback';
import { EmptyState, ErrorState, Loading, PageBar, Panel } from '@/ui/parts';
import { ConflictDialog } from '@/views/form/ConflictDialog';
import { RecordForm } from '@/views/form/RecordForm';
import { openAction } from '@/views/form/openForm';
import { useRecordForm } from '@/views/form/useRecordForm';
import { useTop } from '../shared/queries';

/** What is set here shows everywhere. */
function refresh() {
  void queryClient.invalidateQueries({ queryKey: ['me'] });
  void queryClient.invalidateQueries({ queryKey: ['meta'] });
}

/** What counts where nothing is said is shown as it counts; companies made by earlier releases never said some of it. */
export const inForce = (entity: Entity, record: Rec): Rec => ({
  ...record,
  ...Object.fromEntries(entity.fields.filter((f) => (f.default ?? null) !== null && record[f.name] === null).map((f) => [f.name, f.default])),
});

function Editor({ name, entity, record, title }: { name: string; entity: Entity; record: Rec; title: string }) {
  const form = useRecordForm({ entityName: name, entity, record });
  const save = async () => {
    const saved = await form.submit();
    if (!saved) return;
    toast.success(t('saved'));
    refresh();
  };
  return (
    <>
      <PageBar title={title}>
        {can(entity, 'edit') &&
          entity.actions
            .filter((action) => action.on === 'record')
            .map((action) => (
              <Button key={action.name} onClick={() => openAction({ entity: name, action, record, onDone: refresh })}>
                {action.label}
              </Button>
            ))}
        {can(entity, 'edit') && (
          <Button type="primary" loading={form.busy} disabled={!form.dirty} onClick={() => void save()}>
            {t('save')}
          </Button>
        )}
      </PageBar>
      <Panel>
        <RecordForm id={`single-${name}`} form={form} columns={2} autoFocus={false} onSubmit={() => void save()} />
      </Panel>
      <ConflictDialog entity={entity} form={form} onResolved={() => toast.success(t('saved'))} />
    </>
  );
}

/** An entity of which there is one record, as a page of settings. */
export function SingletonPage({ name, title }: { name: string; title: string }) {
  const entity = useEntity(name);
  const found = useTop(name, { limit: 1 }, false);
  const id = found.data?.items[0]?.id;
  const record = useRecord(name, id);
  if (!entity || (found.isSuccess && !id)) return <EmptyState icon="warning" title={t('error.noentity')} />;
  if (found.isError) return <ErrorState error={found.error} retry={() => void found.refetch()} />;
  return (
    <div className="page">
      <div className="page-narrow">
        {record.data ? <Editor key={`${record.data.version}`} name={name} entity={entity} record={inForce(entity, record.data)} title={title} /> : <Loading />}
      </div>
    </div>
  );
}
