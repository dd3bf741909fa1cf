import Select from 'antd/es/select';
import { useState } from 'react';
import { patch } from '@/api/client';
import { recordWritten } from '@/api/hooks';
import type { BulkResult, Entity, Target } from '@/api/types';
import { FieldInput } from '@/fields/FieldInput';
import { checkValue, writeValue } from '@/fields/kind';
import { t } from '@/i18n/t';
import { editable } from '@/metadata/fields';
import { errorText, toast } from '@/ui/feedback';
import { Dialog } from '@/ui/Overlay';
import { Failure, LabeledField } from '@/ui/parts';
import { followBulk } from '../action/results';

interface Props {
  entityName: string;
  entity: Entity;
  target: Target;
  count: number | null;
  onClose: (done: boolean) => void;
}

/** Sets the chosen fields of many records as one change. */
export default function BulkEditDialog({ entityName, entity, target, count, onClose }: Props) {
  const [names, setNames] = useState<string[]>([]);
  const [values, setValues] = useState<Record<string, unknown>>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  // Rows belong to their own document: the same ones in many are nobody's wish.
  const fields = entity.fields.filter((f) => editable(f) && f.kind !== 'lines');
  const chosen = names.map((n) => fields.find((f) => f.name === n)!);
  const save = async () => {
    const found: Record<string, string> = {};
    for (const f of chosen) {
      const wrong = checkValue(values[f.name], f);
      if (wrong) found[f.name] = wrong;
    }
    setErrors(found);
    if (Object.keys(found).length) return;
    setBusy(true);
    try {
      const set = Object.fromEntries(chosen.map((f) => [f.name, writeValue(values[f.name], f)]));
      const answer = await patch<BulkResult>(`/${entityName}`, { ...target, set });
      onClose(true);
      await followBulk(answer);
      recordWritten(entityName);
    } catch (e) {
      setFailure(errorText(e));
      setBusy(false);
      if (!(e instanceof Error)) toast.error(e);
    }
  };
  return (
    <Dialog
      open
      title={count === null ? t('bulk.edit_all') : t('bulk.edit_n', { n: count })}
      onClose={() => onClose(false)}
      onOk={() => void save()}
      okText={t('save')}
      okDisabled={!names.length}
      busy={busy}
      width={560}
    >
      <div className="stack">
        <LabeledField id="bulk-fields" label={t('bulk.fields')}>
          <Select
            id="bulk-fields"
            mode="multiple"
            autoFocus
            className="full"
            showSearch={{ optionFilterProp: 'label' }}
            placeholder={t('field.pick')}
            value={names}
            onChange={setNames}
            options={fields.map((f) => ({ value: f.name, label: f.label }))}
          />
        </LabeledField>
        {chosen.map((f) => (
          <LabeledField
            key={f.name}
            id={`bulk-${f.name}`}
            label={f.label}
            required={f.required}
            error={errors[f.name]}
            help={f.required ? null : t('bulk.blank')}
          >
            <FieldInput
              id={`bulk-${f.name}`}
              field={f}
              value={values[f.name] ?? null}
              invalid={Boolean(errors[f.name])}
              onChange={(v) => setValues((old) => ({ ...old, [f.name]: v }))}
            />
          </LabeledField>
        ))}
        <Failure>{failure}</Failure>
      </div>
    </Dialog>
  );
}
