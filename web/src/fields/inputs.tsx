import Checkbox from 'antd/es/checkbox';
import Input from 'antd/es/input';
import Select from 'antd/es/select';
import { useState } from 'react';
import type { Money, Ref } from '@/api/types';
import { useMe } from '@/api/hooks';
import { fileUrl, uploadFile } from '@/api/upload';
import { currencySymbol } from '@/i18n/format';
import { t } from '@/i18n/t';
import { Pill } from '@/ui/Pill';
import { StarsCell } from './cells';
import { formatValue } from './kind';
import type { InputProps } from './types';

export { LinesInput } from './lines/LinesInput';
export { DateInput, DateTimeInput } from './dates';
export { ReferenceInput, AnyReferenceInput } from './reference';
export { RegionInput } from './region/RegionInput';

const common = (p: InputProps) => ({
  id: p.id,
  disabled: p.disabled,
  autoFocus: p.autoFocus,
  status: p.invalid ? ('error' as const) : undefined,
  'aria-invalid': p.invalid || undefined,
  'aria-describedby': p.describedBy,
  'aria-label': p.label,
  'aria-required': p.field.required || undefined,
});
const str = (v: unknown) => (v === null || v === undefined ? '' : String(v));

function plain(type: string, inputMode?: 'decimal' | 'numeric' | 'tel' | 'email' | 'url') {
  return function TextLike(p: InputProps) {
    return (
      <Input
        {...common(p)}
        type={type}
        inputMode={inputMode}
        value={str(p.value)}
        autoComplete="off"
        onChange={(e) => p.onChange(e.target.value)}
      />
    );
  };
}
export const TextInput = plain('text');
export const EmailInput = plain('text', 'email');
export const PhoneInput = plain('text', 'tel');
export const UrlInput = plain('text', 'url');

export const LongTextInput = (p: InputProps) => (
  <Input.TextArea {...common(p)} className="grows" value={str(p.value)} rows={3} onChange={(e) => p.onChange(e.target.value)} />
);

/** Full-width digits and separators from a Chinese input method become plain ones. */
const digits = (s: string) =>
  s
    .replace(/[０-９．－]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[,，\s¥￥]/g, '')
    .replace(/。/g, '.');
export const NumberInput = (p: InputProps) => (
  <Input
    {...common(p)}
    className="num"
    inputMode={p.field.kind === 'integer' ? 'numeric' : 'decimal'}
    value={str(p.value)}
    autoComplete="off"
    onChange={(e) => p.onChange(digits(e.target.value))}
  />
);
export function StarsInput(p: InputProps) {
  const [from, most] = [Number(p.field.range?.[0] ?? 1), Number(p.field.range?.[1] ?? 5)];
  const known = p.value !== null && p.value !== undefined && p.value !== '';
  return (
    <Select
      {...common(p)}
      className="full"
      allowClear={!p.field.required}
      placeholder={t('field.pick')}
      value={known ? Number(p.value) : undefined}
      options={Array.from({ length: most - from + 1 }, (_, i) => most - i).map((value) => ({
        value,
        title: t('field.stars', { n: value, most }),
        label: formatValue(value, p.field),
      }))}
      optionRender={(o) => <StarsCell value={o.value} field={p.field} />}
      labelRender={(o) => <StarsCell value={o.value} field={p.field} />}
      onChange={(v: number | undefined) => p.onChange(v === undefined ? null : String(v))}
    />
  );
}
export const PercentInput = (p: InputProps) => (
  <Input
    {...common(p)}
    className="num"
    inputMode="decimal"
    suffix="%"
    value={str(p.value)}
    autoComplete="off"
    onChange={(e) => p.onChange(digits(e.target.value))}
  />
);
export function MoneyInput(p: InputProps) {
  const me = useMe();
  const money = (
    p.value && typeof p.value === 'object' ? p.value : { amount: str(p.value), currency: me?.organisation.currency ?? 'CNY' }
  ) as Money;
  return (
    <Input
      {...common(p)}
      className="num"
      inputMode="decimal"
      prefix={<span className="muted">{currencySymbol(money.currency)}</span>}
      value={money.amount}
      autoComplete="off"
      onChange={(e) => {
        const amount = digits(e.target.value);
        p.onChange(amount === '' ? null : { amount, currency: money.currency });
      }}
    />
  );
}
export const BooleanInput = (p: InputProps) => (
  <Checkbox
    id={p.id}
    disabled={p.disabled}
    checked={p.value === true}
    aria-label={p.label ?? p.field.label}
    onChange={(e) => p.onChange(e.target.checked)}
  >
    <span aria-hidden="true">{p.value === true ? t('yes') : t('no')}</span>
  </Checkbox>
);

const options = (p: InputProps) =>
  (p.field.choices ?? [])
    .filter((c) => !c.disabled || c.value === p.value || (Array.isArray(p.value) && p.value.includes(c.value)))
    .map((c) => ({
      value: c.value,
      title: c.label,
      label: c.color ? <Pill color={c.color}>{c.label}</Pill> : c.label,
      search: c.label,
      disabled: c.disabled,
    }));
const search = { optionFilterProp: 'search' as const };
export const ChoiceInput = (p: InputProps) => (
  <Select
    {...common(p)}
    className="full"
    showSearch={search}
    allowClear={!p.field.required}
    placeholder={t('field.pick')}
    options={options(p)}
    value={str(p.value) || undefined}
    onChange={(v) => p.onChange(v ?? null)}
  />
);
export const ChoicesInput = (p: InputProps) => (
  <Select
    {...common(p)}
    className="full"
    mode="multiple"
    showSearch={search}
    allowClear
    placeholder={t('field.pick')}
    options={options(p)}
    value={Array.isArray(p.value) ? (p.value as string[]) : []}
    onChange={(v) => p.onChange(v)}
  />
);

export const ReadOnlyInput = (p: InputProps) => (
  <output id={p.id} className="read-only">
    {formatValue(p.value, p.field) || '—'}
  </output>
);

/** A file is stored first; the field then points to it. */
export function FileInput(p: InputProps) {
  const [state, setState] = useState<number | string | null>(null);
  const ref = p.value as Ref | null;
  const busy = typeof state === 'number';
  const upload = async (file: File) => {
    setState(0);
    try {
      const stored = await uploadFile(file, setState);
      p.onChange({ id: stored.id, title: stored.name });
      setState(null);
    } catch (e) {
      setState((e as Error).message);
    }
  };
  return (
    <span className="row-wrap">
      {ref && (
        <span>
          <a href={fileUrl(ref.id)} download>
            {ref.title}
          </a>{' '}
          <button type="button" className="link" onClick={() => p.onChange(null)}>
            {t('remove')}
          </button>
        </span>
      )}
      <label className={`file-pick${p.disabled || busy ? ' is-off' : ''}`}>
        {t(ref ? 'field.file.other' : 'field.file.pick')}
        <input
          {...{ id: p.id, 'aria-label': p.label ?? p.field.label, disabled: p.disabled || busy, className: 'sr-only' }}
          type="file"
          onChange={(e) => {
            if (e.target.files?.[0]) void upload(e.target.files[0]);
            e.target.value = '';
          }}
        />
      </label>
      {busy && <progress max={1} value={state} aria-label={t('field.uploading')} />}
      {typeof state === 'string' && (
        <span className="field-error" role="alert">
          {state}
        </span>
      )}
    </span>
  );
}
