import Button from 'antd/es/button';
import Checkbox from 'antd/es/checkbox';
import Input from 'antd/es/input';
import Select from 'antd/es/select';
import { useState } from 'react';
import { patch, post } from '@/api/client';
import { ApiError } from '@/api/errors';
import { queryClient, useMeta } from '@/api/hooks';
import type { FieldKind } from '@/api/types';
import { settings } from '@/i18n/dict/settings';
import { t, translator } from '@/i18n/t';
import { groupsOf } from '@/metadata/fields';
import { errorText, toast } from '@/ui/feedback';
import { SidePanel } from '@/ui/Overlay';
import { Failure, LabeledField } from '@/ui/parts';
import { columnBody, LinesPart, newColumn, saveColumns, useColumns, type ColumnDraft } from './LinesPart';
import { ChoiceRows, type ChoiceDraft } from './ChoiceRows';
import { FormulaPart, RollUpPart, SerialPart, type Computed } from './ComputedParts';

const tx = translator(settings);
export const KINDS = [
  ...(['text', 'long_text', 'integer', 'decimal', 'money', 'percent', 'boolean', 'date', 'datetime', 'choice', 'choices'] as const),
  ...(['reference', 'email', 'phone', 'url', 'address', 'region', 'file', 'serial', 'formula', 'roll_up', 'lines'] as const),
] satisfies FieldKind[];
export type CustomKind = (typeof KINDS)[number];

export interface CustomField extends Computed {
  id: string;
  version: string;
  entity: string;
  name: string;
  label: string;
  label_en?: string | null;
  kind: CustomKind;
  group?: string | null;
  help?: string | null;
  required?: boolean;
  list?: boolean;
  search?: boolean;
  hidden?: boolean;
  /** What it points at is out of use. */
  rests?: boolean;
  index?: boolean;
  unique?: boolean;
  max?: number | null;
  decimals?: number | null;
  target?: string | null;
  /** The name of its lines, whose columns are fields of their own. */
  lines?: string | null;
  choices?: ChoiceDraft[] | null;
  /** The task that computes its values now. */
  job?: string | null;
}
const TEXT = new Set<string>(['text', 'long_text', 'email', 'phone', 'url', 'address']);
const FRACTIONS = new Set<string>(['decimal', 'percent']);
/** Kinds of which one value may stand for one record. */
const UNIQUE = new Set<string>(['text', 'email', 'phone', 'url', 'integer', 'decimal', 'date', 'datetime']);
const UNSORTED = new Set<string>(['long_text', 'choices', 'lines']);
const COMPUTED = new Set<string>(['serial', 'formula', 'roll_up']);

/** A custom field: made once, its words, options and place changed at any time (CUZ-11). */
export function FieldForm({ entity, field, onClose }: { entity: string; field?: CustomField; onClose: () => void }) {
  const meta = useMeta();
  const [v, setV] = useState<Partial<CustomField>>(
    field
      ? // What was called in one language alone goes on being called so when it is renamed.
        { ...field, label_en: field.label_en === field.label ? '' : field.label_en }
      : { kind: 'text', group: meta.entities[entity].custom ? 'basic' : undefined, choices: [{ label: '' }, { label: '' }] },
  );
  const there = useColumns(field?.lines);
  const [drafts, setDrafts] = useState<ColumnDraft[] | null>(field ? null : [newColumn()]);
  const columns = drafts ?? there.data ?? [];
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const set = (change: Partial<CustomField>) => {
    setV((old) => ({ ...old, ...change }));
    setErrors({});
  };
  const chosen = v.kind === 'choice' || v.kind === 'choices';
  const lines = v.kind === 'lines';
  const computed = COMPUTED.has(v.kind ?? '');
  const fractions = FRACTIONS.has((v.kind === 'formula' && v.result) || v.kind || '');
  const groups = groupsOf(meta.entities[entity].fields.filter((f) => !f.hidden && f.group !== 'system'));
  const save = async () => {
    const label = v.label?.trim();
    const found: Record<string, string> = {};
    if (!label) found.label = t('field.required', { label: tx('fields.label') });
    if (!field && v.name?.trim() && !/^[a-z][a-z0-9_]*$/.test(v.name.trim())) found.name = tx('fields.name.help');
    const choices = (v.choices ?? []).filter((c) => c.label.trim());
    if (chosen && !choices.length) found.choices = tx('fields.choices.need');
    if (v.kind === 'formula' && !v.formula?.trim()) found.formula = t('field.required', { label: tx('fields.formula') });
    if (v.kind === 'formula' && !v.result) found.result = t('field.required', { label: tx('fields.result') });
    if (v.kind === 'roll_up' && !v.roll_up?.entity) found.roll_up = t('field.required', { label: tx('fields.roll.of') });
    if (v.kind === 'reference' && !v.target) found.target = t('field.required', { label: tx('fields.target') });
    if (lines && !columns.some((c) => c.label.trim())) found.columns = tx('fields.columns.need');
    setErrors(found);
    if (Object.keys(found).length) return;
    setBusy(true);
    const body: Record<string, unknown> = {
      label,
      label_en: v.label_en?.trim() || label,
      help: v.help?.trim() ?? '',
      group: v.group ?? undefined,
      required: !computed && (v.required ?? false),
      list: !lines && (v.list ?? false),
      search: !lines && (v.search ?? false),
      unique: UNIQUE.has(v.kind ?? '') && v.unique === true,
      index: !UNSORTED.has(v.kind ?? '') && v.index === true,
      ...(v.max ? { max: Number(v.max) } : {}),
      ...(fractions ? { decimals: v.decimals ?? null } : {}),
      ...(v.kind === 'serial' ? { serial: v.serial ?? {} } : {}),
      ...(v.kind === 'formula' ? { formula: v.formula, ...(field ? {} : { result: v.result }) } : {}),
      ...(v.kind === 'roll_up' ? { roll_up: v.roll_up } : {}),
      ...(chosen ? { choices } : {}),
      ...(lines && !field ? { columns: columns.map(columnBody) } : {}),
    };
    try {
      if (field) {
        await patch(`/fields/${field.id}`, body, field.version);
        if (field.lines && drafts) await saveColumns(field.lines, drafts, there.data ?? []);
      }
      else await post('/fields', { ...body, entity, name: v.name?.trim() || undefined, kind: v.kind, ...(v.kind === 'reference' ? { target: v.target } : {}) });
      toast.success(tx('saved'));
      void queryClient.invalidateQueries({ queryKey: ['fields'] });
      void queryClient.invalidateQueries({ queryKey: ['meta'] });
      onClose();
    } catch (e) {
      const wrong = e instanceof ApiError ? e.fieldErrors : {};
      setErrors(wrong);
      if (!Object.keys(wrong).length) setFailure(errorText(e));
      setBusy(false);
    }
  };
  const text = (name: 'label' | 'label_en' | 'name' | 'help', required?: boolean, help?: string) => (
    <LabeledField id={`cf-${name}`} label={tx(`fields.${name}`)} required={required} error={errors[name]} help={help}>
      <Input
        id={`cf-${name}`}
        value={v[name] ?? ''}
        disabled={name === 'name' && Boolean(field)}
        onChange={(e) => set({ [name]: e.target.value })}
      />
    </LabeledField>
  );
  const flag = (name: 'required' | 'list' | 'search' | 'unique' | 'index') => (
    <Checkbox checked={v[name] === true} onChange={(e) => set({ [name]: e.target.checked })}>
      {tx(`fields.${name}`)}
    </Checkbox>
  );
  return (
    <SidePanel
      open
      width={620}
      title={field ? `${tx('fields.edit')} · ${field.label}` : `${tx('fields.new')} · ${meta.entities[entity].label}`}
      onClose={onClose}
      footer={
        <div className="form-actions">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="primary" loading={busy} onClick={() => void save()}>
            {t('save')}
          </Button>
        </div>
      }
    >
      <div className="stack">
        <Failure>{failure}</Failure>
        <div className="form-grid">
          {text('label', true)}
          {text('label_en')}
          {text('name', false, tx('fields.name.help'))}
          <LabeledField id="cf-kind" label={tx('fields.kind')} required error={errors.kind}>
            <Select
              id="cf-kind"
              className="full"
              disabled={Boolean(field)}
              showSearch={{ optionFilterProp: 'label' }}
              value={v.kind}
              options={KINDS.map((k) => ({ value: k, label: tx(`kind.${k}`) }))}
              onChange={(kind) => set({ kind })}
            />
          </LabeledField>
          {v.kind === 'reference' && (
            <LabeledField id="cf-target" label={tx('fields.target')} required error={errors.target}>
              <Select
                id="cf-target"
                className="full"
                disabled={Boolean(field)}
                showSearch={{ optionFilterProp: 'label' }}
                value={v.target ?? undefined}
                options={Object.entries(meta.entities).map(([value, e]) => ({ value, label: e.label }))}
                onChange={(target) => set({ target })}
              />
            </LabeledField>
          )}
          <LabeledField id="cf-group" label={tx('fields.group')} error={errors.group} help={tx('fields.group.help')}>
            <Select
              id="cf-group"
              className="full"
              allowClear
              value={v.group ?? undefined}
              options={groups.map((g) => ({ value: g.name, label: g.label || g.name }))}
              onChange={(group) => set({ group: group ?? 'custom' })}
            />
          </LabeledField>
          {TEXT.has(v.kind ?? '') && (
            <LabeledField id="cf-max" label={tx('fields.max')} error={errors.max}>
              <Input
                id="cf-max"
                className="num"
                inputMode="numeric"
                value={v.max ?? ''}
                onChange={(e) => set({ max: Number(e.target.value.replace(/\D/g, '')) || null })}
              />
            </LabeledField>
          )}
          {fractions && (
            <LabeledField id="cf-decimals" label={tx('fields.decimals')} error={errors.decimals}>
              <Select
                id="cf-decimals"
                className="full"
                allowClear
                placeholder={tx('fields.decimals.free')}
                value={v.decimals ?? undefined}
                options={[0, 1, 2, 3, 4].map((n) => ({ value: n, label: String(n) }))}
                onChange={(decimals) => set({ decimals: decimals ?? null })}
              />
            </LabeledField>
          )}
        </div>
        {text('help')}
        <div className="row-wrap">
          {!computed && flag('required')}
          {!lines && flag('list')}
          {TEXT.has(v.kind ?? '') && flag('search')}
          {UNIQUE.has(v.kind ?? '') && flag('unique')}
          {!UNSORTED.has(v.kind ?? '') && flag('index')}
        </div>
        {errors.unique && (
          <p className="field-error" role="alert">
            {errors.unique}
          </p>
        )}
        {v.kind === 'serial' && <SerialPart value={v} errors={errors} onChange={set} />}
        {v.kind === 'formula' && (
          <FormulaPart
            value={v}
            errors={errors}
            onChange={set}
            fixed={Boolean(field)}
            fields={meta.entities[entity].fields.filter((f) => f.name !== field?.name)}
          />
        )}
        {v.kind === 'roll_up' && <RollUpPart value={v} errors={errors} onChange={set} entity={entity} />}
        {lines && <LinesPart value={columns} errors={errors} onChange={(next) => {
          setDrafts(next);
          setErrors({});
        }} />}
        {chosen && <ChoiceRows value={v.choices ?? []} error={errors.choices} onChange={(choices) => set({ choices })} />}
      </div>
    </SidePanel>
  );
}
