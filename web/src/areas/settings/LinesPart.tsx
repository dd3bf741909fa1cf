import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import Checkbox from 'antd/es/checkbox';
import Input from 'antd/es/input';
import Select from 'antd/es/select';
import { get, patch, post } from '@/api/client';
import { useMeta } from '@/api/hooks';
import type { FieldKind } from '@/api/types';
import { settings } from '@/i18n/dict/settings';
import { t, translator } from '@/i18n/t';
import { Icon } from '@/ui/Icon';

const tx = translator(settings);
const KINDS = [
  ...(['text', 'long_text', 'integer', 'decimal', 'money', 'percent', 'boolean', 'date', 'choice'] as const),
  ...(['reference', 'formula'] as const),
] satisfies FieldKind[];

export interface ColumnDraft {
  id?: string;
  name: string;
  label: string;
  kind: FieldKind;
  required?: boolean;
  hidden?: boolean;
  /** Options by commas, the expression of a formula, or the module referred to. */
  more?: string;
}
export const newColumn = (): ColumnDraft => ({ name: '', label: '', kind: 'text' });

/** A column as the server takes it. */
export const columnBody = (c: ColumnDraft) => ({
  name: c.name.trim() || undefined,
  label: c.label.trim(),
  label_en: c.label.trim(),
  kind: c.kind,
  required: c.kind !== 'formula' && c.required === true,
  ...(c.kind === 'choice' ? { choices: (c.more ?? '').split(/[,，、]/).map((x) => x.trim()).filter(Boolean) } : {}),
  ...(c.kind === 'reference' ? { target: c.more } : {}),
  ...(c.kind === 'formula' ? { formula: c.more, result: 'decimal' } : {}),
});

/** The columns that stand already. */
export function useColumns(lines?: string | null) {
  return useQuery({
    queryKey: ['fields', lines],
    queryFn: async () => (await get<{ items: ColumnDraft[] }>('/fields', { entity: lines! })).items,
    enabled: Boolean(lines),
  });
}

/** Columns that were changed, and new ones, one after the other. */
export async function saveColumns(lines: string, now: ColumnDraft[], before: ColumnDraft[]) {
  for (const c of now) {
    const was = before.find((b) => b.id && b.id === c.id);
    if (!was) await post('/fields', { entity: lines, ...columnBody(c) });
    else if (was.label !== c.label || was.required !== c.required || was.hidden !== c.hidden)
      await patch(`/fields/${was.id}`, { label: c.label.trim(), label_en: c.label.trim(), required: c.required === true, hidden: c.hidden === true });
  }
}

interface Props {
  value: ColumnDraft[];
  errors: Record<string, string>;
  onChange: (value: ColumnDraft[]) => void;
}
/** The columns of lines. One that is stored already is hidden, not taken away. */
export function LinesPart({ value, errors, onChange }: Props) {
  const meta = useMeta();
  const edit = (i: number, change: Partial<ColumnDraft>) => onChange(value.map((c, j) => (j === i ? { ...c, ...change } : c)));
  return (
    <fieldset className="plain-fieldset">
      <legend className="muted">{tx('fields.columns')}</legend>
      <div className="choice-rows">
        {value.map((c, i) => {
          const wrong = Object.entries(errors).find(([at]) => at.startsWith(`columns[${i}]`))?.[1];
          const label = (of: string) => `${of} ${i + 1}`;
          const more = { className: 'full', 'aria-label': label(tx('fields.columns.more')), disabled: Boolean(c.id) };
          return (
            <div key={c.id ?? `new${i}`} className="choice-row column-row">
              <Input aria-label={label(tx('fields.label'))} placeholder={tx('fields.label')} value={c.label} onChange={(e) => edit(i, { label: e.target.value })} />
              <Input
                aria-label={label(tx('fields.name'))}
                placeholder={tx('fields.name')}
                disabled={Boolean(c.id)}
                value={c.name}
                onChange={(e) => edit(i, { name: e.target.value })}
              />
              <Select
                aria-label={label(tx('fields.kind'))}
                disabled={Boolean(c.id)}
                value={c.kind}
                options={KINDS.map((k) => ({ value: k, label: tx(`kind.${k}`) }))}
                onChange={(kind) => edit(i, { kind, more: undefined })}
              />
              <span className="row">
                {c.kind !== 'formula' && (
                  <Checkbox checked={c.required === true} onChange={(e) => edit(i, { required: e.target.checked })}>
                    {tx('fields.required')}
                  </Checkbox>
                )}
                {c.id ? (
                  <Checkbox checked={c.hidden === true} onChange={(e) => edit(i, { hidden: e.target.checked })}>
                    {tx('fields.hide')}
                  </Checkbox>
                ) : (
                  <button
                    type="button"
                    className="icon-button icon-small"
                    aria-label={`${t('remove')} ${c.label || i + 1}`}
                    onClick={() => onChange(value.filter((_, j) => j !== i))}
                  >
                    <Icon name="close" size={13} />
                  </button>
                )}
              </span>
              {!c.id && c.kind === 'choice' && (
                <Input {...more} placeholder={tx('fields.columns.choices')} value={c.more ?? ''} onChange={(e) => edit(i, { more: e.target.value })} />
              )}
              {!c.id && c.kind === 'formula' && (
                <Input {...more} placeholder={tx('fields.columns.formula')} value={c.more ?? ''} onChange={(e) => edit(i, { more: e.target.value })} />
              )}
              {!c.id && c.kind === 'reference' && (
                <Select
                  {...more}
                  showSearch={{ optionFilterProp: 'label' }}
                  placeholder={tx('fields.target')}
                  value={c.more}
                  options={Object.entries(meta.entities).map(([name, e]) => ({ value: name, label: e.label }))}
                  onChange={(target) => edit(i, { more: target })}
                />
              )}
              {wrong && (
                <p className="field-error" role="alert">
                  {wrong}
                </p>
              )}
            </div>
          );
        })}
      </div>
      {errors.columns && (
        <p className="field-error" role="alert">
          {errors.columns}
        </p>
      )}
      <Button size="small" onClick={() => onChange([...value, newColumn()])}>
        {tx('fields.columns.add')}
      </Button>
    </fieldset>
  );
}
