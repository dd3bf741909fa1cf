import Button from 'antd/es/button';
import Checkbox from 'antd/es/checkbox';
import Input from 'antd/es/input';
import Select from 'antd/es/select';
import { settings } from '@/i18n/dict/settings';
import { t, translator } from '@/i18n/t';
import { Icon } from '@/ui/Icon';
import { Pill } from '@/ui/Pill';
import { COLORS } from './EntryDialog';

const tx = translator(settings);

export interface ChoiceDraft {
  value?: string;
  label: string;
  label_en?: string | null;
  color?: string | null;
  disabled?: boolean;
}

/** The options of a choice field. One that is stored already is disabled, not taken away. */
export function ChoiceRows({ value, error, onChange }: { value: ChoiceDraft[]; error?: string; onChange: (v: ChoiceDraft[]) => void }) {
  const edit = (i: number, change: Partial<ChoiceDraft>) => onChange(value.map((c, j) => (j === i ? { ...c, ...change } : c)));
  const move = (i: number, step: number) => {
    const next = [...value];
    next.splice(i + step, 0, ...next.splice(i, 1));
    onChange(next);
  };
  return (
    <fieldset className="plain-fieldset">
      <legend className="muted">{tx('fields.choices')}</legend>
      <div className="choice-rows">
        {value.map((c, i) => (
          <div key={c.value ?? `new${i}`} className="choice-row">
            <Input
              aria-label={`${tx('fields.choices.label')} ${i + 1}`}
              placeholder={tx('fields.choices.label')}
              value={c.label}
              onChange={(e) => edit(i, { label: e.target.value })}
            />
            <Input
              aria-label={`${tx('fields.choices.label_en')} ${i + 1}`}
              placeholder={tx('fields.choices.label_en')}
              value={c.label_en ?? ''}
              onChange={(e) => edit(i, { label_en: e.target.value })}
            />
            <Select
              aria-label={`${tx('dict.color')} ${i + 1}`}
              value={c.color ?? ''}
              options={COLORS.map((x) => ({ value: x, label: x ? <Pill color={x}>{c.label || '…'}</Pill> : tx('dict.color.none') }))}
              onChange={(color) => edit(i, { color: color || null })}
            />
            <span className="row">
              <button type="button" className="icon-button icon-small" disabled={i === 0} aria-label={tx('dict.up', { name: c.label })} onClick={() => move(i, -1)}>
                <Icon name="up" size={13} />
              </button>
              <button
                type="button"
                className="icon-button icon-small"
                disabled={i === value.length - 1}
                aria-label={tx('dict.down', { name: c.label })}
                onClick={() => move(i, 1)}
              >
                <Icon name="down" size={13} />
              </button>
              {c.value ? (
                <Checkbox checked={c.disabled === true} onChange={(e) => edit(i, { disabled: e.target.checked })}>
                  {tx('fields.choices.off')}
                </Checkbox>
              ) : (
                <button
                  type="button"
                  className="icon-button icon-small"
                  aria-label={`${t('remove')} ${c.label}`}
                  onClick={() => onChange(value.filter((_, j) => j !== i))}
                >
                  <Icon name="close" size={13} />
                </button>
              )}
            </span>
          </div>
        ))}
      </div>
      {error && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
      <Button size="small" onClick={() => onChange([...value, { label: '' }])}>
        {tx('fields.choices.add')}
      </Button>
    </fieldset>
  );
}
