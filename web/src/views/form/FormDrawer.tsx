import Button from 'antd/es/button';
import { useState } from 'react';
import { useEntity, useRecord } from '@/api/hooks';
import type { Entity, Rec } from '@/api/types';
import { useGo } from '@/app/nav';
import { t } from '@/i18n/t';
import { titleOf } from '@/metadata/fields';
import { confirm, toast } from '@/ui/feedback';
import { SidePanel } from '@/ui/Overlay';
import { ErrorState, Loading } from '@/ui/parts';
import { ConflictDialog } from './ConflictDialog';
import { FormAside } from './FormAside';
import type { FormRequest } from './openForm';
import { RecordForm } from './RecordForm';
import { useRecordForm } from './useRecordForm';

export default function FormDrawer({ request, onClose }: { request: FormRequest; onClose: () => void }) {
  const entity = useEntity(request.entity);
  const record = useRecord(request.entity, request.id);
  const [round, setRound] = useState(0);
  if (!entity) return null;
  if (request.id && !record.data) {
    return (
      <SidePanel open title={t('edit')} onClose={onClose} width={720}>
        {record.isError ? <ErrorState error={record.error} retry={() => void record.refetch()} /> : <Loading />}
      </SidePanel>
    );
  }
  return (
    <Body
      key={round}
      request={request}
      entity={entity}
      record={request.id ? record.data : undefined}
      onClose={onClose}
      onAgain={() => setRound(round + 1)}
    />
  );
}

function Body({
  request,
  entity,
  record,
  onClose,
  onAgain,
}: {
  request: FormRequest;
  entity: Entity;
  record?: Rec;
  onClose: () => void;
  onAgain: () => void;
}) {
  // The record as it was when the form opened: what others change meanwhile is for If-Match to find.
  const [start] = useState(record);
  const form = useRecordForm({ entityName: request.entity, entity, record: start, defaults: request.defaults, only: request.fields, send: request.send });
  const go = useGo();
  const id = `form-${request.entity}-${request.id ?? 'new'}`;
  const saved = (r: Rec) => {
    request.onSaved?.(r);
    // Nothing was changed.
    if (r === start) return;
    if (request.id || request.onSaved) toast.success(t('saved'));
    else toast.withAction(t('form.created', { title: titleOf(entity, r) }), t('open'), () => go(`/e/${request.entity}/${r.id}`));
  };
  const submit = async (again?: boolean) => {
    const r = await form.submit();
    if (!r) return;
    saved(r);
    if (again) onAgain();
    else onClose();
  };
  const close = async () => {
    if (form.dirty && !(await confirm({ title: t('form.leave'), okText: t('form.leave.ok'), danger: true }))) return;
    onClose();
  };
  const width = form.fields.length > 16 ? 960 : 720;
  return (
    <SidePanel
      open
      width={width}
      onClose={() => void close()}
      title={start ? `${t('edit')} · ${titleOf(entity, start)}` : t('create.named', { name: entity.label })}
      footer={
        <div className="form-actions">
          <span className="muted small grow wide-only">
            <kbd>Ctrl</kbd> <kbd>Enter</kbd> {t('keys.save')}
          </span>
          <Button onClick={() => void close()}>{t('cancel')}</Button>
          {!start && !request.onSaved && (
            <Button onClick={() => void submit(true)} disabled={form.busy}>
              {t('form.save_new')}
            </Button>
          )}
          <Button type="primary" loading={form.busy} onClick={() => void submit()}>
            {t('save')}
          </Button>
        </div>
      }
    >
      <RecordForm
        id={id}
        form={form}
        onSubmit={() => void submit()}
        columns={width === 960 ? 3 : 2}
        aside={<FormAside entityName={request.entity} entity={entity} values={form.values} before={start} />}
      />
      <ConflictDialog
        entity={entity}
        form={form}
        onResolved={() => {
          toast.success(t('saved'));
          onClose();
        }}
      />
    </SidePanel>
  );
}
