import Button from 'antd/es/button';
import { useEntity } from '@/api/hooks';
import type { Entity } from '@/api/types';
import { useGo, usePathParams, useSearchText } from '@/app/nav';
import { t } from '@/i18n/t';
import { can } from '@/metadata/fields';
import { toast } from '@/ui/feedback';
import { EmptyState, PageBar, Panel } from '@/ui/parts';
import { FormAside } from './FormAside';
import { RecordForm } from './RecordForm';
import { useRecordForm } from './useRecordForm';

/** The form as a page of its own, with defaults from the address: /e/<entity>/new?name=… */
export default function NewRecordPage() {
  const { entity: name } = usePathParams();
  const entity = useEntity(name);
  if (!entity || !can(entity, 'create')) return <EmptyState icon="warning" title={t('error.noentity')} />;
  return <NewRecord key={name} name={name} entity={entity} />;
}

function NewRecord({ name, entity }: { name: string; entity: Entity }) {
  const [search] = useSearchText();
  const go = useGo();
  const form = useRecordForm({ entityName: name, entity, defaults: search });
  const submit = async () => {
    const saved = await form.submit();
    if (saved) {
      toast.success(t('saved'));
      go(`/e/${name}/${saved.id}`);
    }
  };
  return (
    <div className="page">
      <div className="page-narrow">
        <PageBar title={t('create.named', { name: entity.label })}>
          <Button onClick={() => go(`/e/${name}`)}>{t('cancel')}</Button>
          <Button type="primary" loading={form.busy} onClick={() => void submit()}>
            {t('save')}
          </Button>
        </PageBar>
        <Panel>
          <RecordForm
            id="new-record"
            form={form}
            onSubmit={() => void submit()}
            columns={form.fields.length > 16 ? 3 : 2}
            aside={<FormAside entityName={name} entity={entity} values={form.values} />}
          />
        </Panel>
      </div>
    </div>
  );
}
