import Button from 'antd/es/button';
import Checkbox from 'antd/es/checkbox';
import Select from 'antd/es/select';
import { useState } from 'react';
import type { Entity, Import, ImportOptions } from '@/api/types';
import { useMeta } from '@/api/hooks';
import { t, type Key } from '@/i18n/t';
import { can, creatable } from '@/metadata/fields';
import { LabeledField } from '@/ui/parts';
import { RowTable } from '@/ui/RowTable';

/** Each column of the file beside its samples and the field it goes to. */
export function Mapping({
  data,
  entity,
  onRead,
  onNext,
}: {
  data: Import;
  entity: Entity;
  onRead: (options: Partial<ImportOptions>) => void;
  onNext: (change: Pick<Import, 'mapping' | 'options'>) => void;
}) {
  const [mapping, setMapping] = useState<Record<string, string | null>>({ ...data.mapping });
  const [options, setOptions] = useState<ImportOptions>({ ...data.options });
  const fields = entity.fields.filter((f) => creatable(f) || f.brought);
  const used = new Set(Object.values(mapping).filter(Boolean));
  const missing =
    options.mode === 'update'
      ? []
      : fields.filter((f) => f.required && (f.default === null || f.default === undefined) && !used.has(f.name));
  const matchable = entity.fields.filter((f) => used.has(f.name) && !f.brought);
  const dictionaries = useMeta().entities['dictionary-entries'];
  const words = <T extends string>(name: 'duplicates' | 'blank', list: readonly T[]) =>
    list.map((word) => ({ value: word, label: t(`import.${name}.${word}` as Key) }));
  return (
    <div className="stack">
      <p className="muted">{t('import.rows', { file: data.file_name, n: data.rows })}</p>
      <div className="form-grid">
        <LabeledField id="imp-mode" label={t('import.mode')}>
          <Select
            id="imp-mode"
            className="full"
            value={options.mode}
            onChange={(mode) => setOptions({ ...options, mode })}
            options={(['create_update', 'create', 'update'] as const).map((m) => ({ value: m, label: t(`import.mode.${m}`) }))}
          />
        </LabeledField>
        <LabeledField id="imp-match" label={t('import.match')}>
          <Select
            id="imp-match"
            className="full"
            mode="multiple"
            showSearch={{ optionFilterProp: 'label' }}
            value={options.match ?? []}
            onChange={(match) => setOptions({ ...options, match })}
            options={matchable.map((f) => ({ value: f.name, label: f.label }))}
          />
        </LabeledField>
        {entity.duplicates && (
          <LabeledField id="imp-duplicates" label={t('import.duplicates')}>
            <Select
              id="imp-duplicates"
              className="full"
              value={options.duplicates ?? 'skip'}
              onChange={(duplicates) => setOptions({ ...options, duplicates })}
              options={words('duplicates', ['skip', 'create', 'update'] as const)}
            />
          </LabeledField>
        )}
        <LabeledField id="imp-blank" label={t('import.blank')}>
          <Select
            id="imp-blank"
            className="full"
            value={options.blank ?? 'keep'}
            onChange={(blank) => setOptions({ ...options, blank })}
            options={words('blank', ['keep', 'clear'] as const)}
          />
        </LabeledField>
        {data.format === 'csv' && (
          <LabeledField id="imp-encoding" label={t('import.encoding')}>
            <Select
              id="imp-encoding"
              className="full"
              value={options.encoding ?? 'utf-8'}
              onChange={(encoding) => onRead({ encoding })}
              options={['utf-8', 'gb18030', 'big5', 'utf-16le', 'utf-16be'].map((value) => ({ value, label: value.toUpperCase() }))}
            />
          </LabeledField>
        )}
        {(data.worksheets?.length ?? 0) > 1 && (
          <LabeledField id="imp-worksheet" label={t('import.worksheet')}>
            <Select
              id="imp-worksheet"
              className="full"
              value={options.worksheet ?? undefined}
              onChange={(worksheet) => onRead({ worksheet })}
              options={data.worksheets?.map((value) => ({ value, label: value }))}
            />
          </LabeledField>
        )}
        {dictionaries && can(dictionaries, 'create') && (
          <Checkbox className="import-check" checked={options.add_choices ?? false} onChange={(e) => setOptions({ ...options, add_choices: e.target.checked })}>
            {t('import.words')}
          </Checkbox>
        )}
      </div>
      <RowTable
        stacked
        rows={data.columns.map((column, i) => ({ column, i }))}
        id={({ column, i }) => `${column}-${i}`}
        columns={[
          { title: t('import.column'), head: true, cell: ({ column }) => column },
          {
            title: t('import.sample'),
            cell: ({ i }) => (
              <span className="import-sample muted">
                {data.sample
                  .slice(0, 3)
                  .map((r) => r[i])
                  .filter(Boolean)
                  .join('；')}
              </span>
            ),
          },
          {
            title: t('import.field'),
            cell: ({ column }) => (
              <Select
                className="import-field"
                aria-label={`${t('import.field')}: ${column}`}
                showSearch={{ optionFilterProp: 'label' }}
                value={mapping[column] ?? ''}
                onChange={(v) => setMapping({ ...mapping, [column]: v || null })}
                options={[
                  { value: '', label: t('import.ignore') },
                  { value: 'id', label: t('import.identity'), disabled: used.has('id') && mapping[column] !== 'id' },
                  ...fields.map((f) => ({
                    value: f.name,
                    label: f.required ? `${f.label} *` : f.label,
                    disabled: used.has(f.name) && mapping[column] !== f.name,
                  })),
                ]}
              />
            ),
          },
        ]}
      />
      {missing.length > 0 && (
        <p className="note note-amber" role="status">
          {t('import.required_missing', { fields: missing.map((f) => f.label).join('、') })}
        </p>
      )}
      <div className="form-actions">
        <Button
          type="primary"
          disabled={used.size === 0}
          title={used.size ? undefined : t('import.nothing')}
          onClick={() =>
            onNext({
              mapping: Object.fromEntries(data.columns.map((column) => [column, mapping[column] || null])),
              options: { ...options, match: (options.match ?? []).filter((m) => used.has(m)) },
            })
          }
        >
          {t('next')}
        </Button>
      </div>
    </div>
  );
}
