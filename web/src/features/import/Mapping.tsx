import Button from 'antd/es/button';
import Select from 'antd/es/select';
import { useState } from 'react';
import type { Entity, Import, ImportOptions } from '@/api/types';
import { t } from '@/i18n/t';
import { creatable } from '@/metadata/fields';
import { LabeledField } from '@/ui/parts';

/** Each column of the file beside its samples and the field it goes to. */
export function Mapping({
  data,
  entity,
  onNext,
}: {
  data: Import;
  entity: Entity;
  onNext: (change: Pick<Import, 'mapping' | 'options'>) => void;
}) {
  const [mapping, setMapping] = useState<Record<string, string | null>>({ ...data.mapping });
  const [options, setOptions] = useState<ImportOptions>({ ...data.options });
  const fields = entity.fields.filter(creatable);
  const used = new Set(Object.values(mapping).filter(Boolean));
  const missing =
    options.mode === 'update'
      ? []
      : fields.filter((f) => f.required && (f.default === null || f.default === undefined) && !used.has(f.name));
  const matchable = entity.fields.filter((f) => used.has(f.name));
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
      </div>
      <div className="table-scroll">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('import.column')}</th>
              <th scope="col">{t('import.sample')}</th>
              <th scope="col">{t('import.field')}</th>
            </tr>
          </thead>
          <tbody>
            {data.columns.map((column, i) => (
              <tr key={`${column}-${i}`}>
                <th scope="row">{column}</th>
                <td className="import-sample muted">
                  {data.sample
                    .slice(0, 3)
                    .map((r) => r[i])
                    .filter(Boolean)
                    .join('；')}
                </td>
                <td>
                  <Select
                    className="import-field"
                    aria-label={`${t('import.field')}: ${column}`}
                    showSearch={{ optionFilterProp: 'label' }}
                    value={mapping[column] ?? ''}
                    onChange={(v) => setMapping({ ...mapping, [column]: v || null })}
                    options={[
                      { value: '', label: t('import.ignore') },
                      ...fields.map((f) => ({
                        value: f.name,
                        label: f.required ? `${f.label} *` : f.label,
                        disabled: used.has(f.name) && mapping[column] !== f.name,
                      })),
                    ]}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
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
              mapping: Object.fromEntries(Object.entries(mapping).filter(([, v]) => v)),
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
