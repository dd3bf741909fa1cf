import Input from 'antd/es/input';
import Select from 'antd/es/select';
import { useRef } from 'react';
import type { Field } from '@/api/types';
import { t, type Key } from '@/i18n/t';
import { DateInput, DateTimeInput, NumberInput, StarsInput } from './inputs';
import { RecordPicker, useTitles } from './reference';
import { RegionInput } from './region/RegionInput';
import type { FilterProps, InputProps } from './types';

const str = (v: unknown) => (v === null || v === undefined || typeof v === 'object' ? '' : String(v));
const strings = (v: unknown): string[] => (Array.isArray(v) ? v.map(String) : str(v) ? [str(v)] : []);
const valueless = (op: string) => op === 'empty' || op === 'me';

function Between({ p, Part }: { p: FilterProps; Part: React.ComponentType<InputProps> }) {
  const [from, to] = Array.isArray(p.value) ? p.value : [null, null];
  const field = { ...p.field, required: false };
  return (
    <span className="between">
      <Part id="" field={field} label={`${p.label} ${t('field.from')}`} value={from} onChange={(v) => p.onChange([v, to ?? null])} />
      <span className="muted">–</span>
      <Part id="" field={field} label={`${p.label} ${t('field.to')}`} value={to} onChange={(v) => p.onChange([from ?? null, v])} />
    </span>
  );
}
const bare = (field: Field): Field => ({ ...field, required: false });

export function TextFilter(p: FilterProps) {
  if (valueless(p.op)) return null;
  if (p.op === 'in' || p.op === 'nin')
    return (
      <Select
        className="full"
        mode="tags"
        open={false}
        aria-label={p.label}
        value={strings(p.value)}
        onChange={p.onChange}
        tokenSeparators={[',', '，', '、']}
      />
    );
  return <Input aria-label={p.label} value={str(p.value)} onChange={(e) => p.onChange(e.target.value)} />;
}
const Amount = (i: InputProps) => (
  <NumberInput {...i} value={i.value && typeof i.value === 'object' ? (i.value as { amount: string }).amount : i.value} />
);
export function NumberFilter(p: FilterProps) {
  if (valueless(p.op)) return null;
  if (p.op === 'between') return <Between p={p} Part={Amount} />;
  if (p.op === 'in' || p.op === 'nin') return <TextFilter {...p} />;
  return <Amount id="" field={bare(p.field)} label={p.label} value={p.value} onChange={p.onChange} />;
}
export function StarsFilter(p: FilterProps) {
  if (valueless(p.op)) return null;
  if (p.op === 'between') return <Between p={p} Part={StarsInput} />;
  if (p.op === 'in' || p.op === 'nin') return <TextFilter {...p} />;
  return <StarsInput id="" field={bare(p.field)} label={p.label} value={p.value} onChange={p.onChange} />;
}
export function BooleanFilter(p: FilterProps) {
  if (valueless(p.op)) return null;
  return (
    <Select
      className="full"
      aria-label={p.label}
      value={typeof p.value === 'boolean' ? String(p.value) : undefined}
      onChange={(v) => p.onChange(v === 'true')}
      options={[
        { value: 'true', label: t('yes') },
        { value: 'false', label: t('no') },
      ]}
    />
  );
}

const SPANS = [
  'today',
  'yesterday',
  'tomorrow',
  'this_week',
  'last_week',
  'next_week',
  'this_month',
  'last_month',
  'next_month',
  'this_quarter',
  'last_quarter',
  'this_year',
  'last_year',
  'last_7_days',
  'last_30_days',
  'last_90_days',
  'next_7_days',
  'next_30_days',
  'past',
  'future',
] as const;
/** Of dates of birth. */
const AGES = ['aged_0_17', 'aged_18_29', 'aged_30_39', 'aged_40_49', 'aged_50_59', 'aged_60_150'];
/** `last_12_days` has no words of its own. */
export function spanLabel(span: string): string {
  const years = /^aged_(\d+)_(\d+)$/.exec(span);
  if (years) return t('within.aged', { from: years[1], to: years[2] });
  const days = /^(last|next)_(\d+)_days$/.exec(span);
  return days ? t(days[1] === 'last' ? 'within.last_n' : 'within.next_n', { n: days[2] }) : t(`within.${span}` as Key);
}
export function DateFilter(p: FilterProps) {
  if (valueless(p.op)) return null;
  const Part = p.field.kind === 'datetime' || p.field.result === 'datetime' ? DateTimeInput : DateInput;
  if (p.op === 'within') {
    const own = str(p.value);
    const offered: readonly string[] = p.field.birth ? [...AGES, ...SPANS] : SPANS;
    const spans = own && !offered.includes(own) ? [own, ...offered] : offered;
    return (
      <Select
        className="full"
        aria-label={p.label}
        placeholder={t('field.pick')}
        value={own || undefined}
        onChange={p.onChange}
        options={spans.map((value) => ({ value, label: spanLabel(value) }))}
      />
    );
  }
  if (p.op === 'between') return <Between p={p} Part={Part} />;
  return <Part id="" field={bare(p.field)} label={p.label} value={p.value} onChange={p.onChange} />;
}
export function ChoiceFilter(p: FilterProps) {
  if (valueless(p.op)) return null;
  const many = p.op === 'in' || p.op === 'nin';
  return (
    <Select
      className="full"
      aria-label={p.label}
      placeholder={t('field.pick')}
      mode={many ? 'multiple' : undefined}
      showSearch={{ optionFilterProp: 'label' }}
      allowClear
      options={(p.field.choices ?? []).map((c) => ({ value: c.value, label: c.label }))}
      value={(many ? strings(p.value) : str(p.value) || undefined) as never}
      onChange={(v) => p.onChange(v ?? null)}
    />
  );
}
export function ReferenceFilter(p: FilterProps) {
  const known = useRef(new Map<string, string>());
  const many = p.op === 'in' || p.op === 'nin';
  const refs = useTitles(p.field.target, valueless(p.op) ? [] : strings(p.value), known.current);
  if (valueless(p.op)) return null;
  return (
    <RecordPicker
      entity={p.field.target}
      multiple={many}
      label={p.label}
      value={refs}
      onChange={(list) => {
        for (const r of list) if (r.title) known.current.set(r.id, r.title);
        p.onChange(many ? list.map((r) => r.id) : (list[0]?.id ?? null));
      }}
    />
  );
}
export function RegionFilter(p: FilterProps) {
  if (valueless(p.op)) return null;
  const many = p.op === 'in' || p.op === 'nin';
  return (
    <RegionInput
      id=""
      field={bare(p.field)}
      label={p.label}
      value={many ? strings(p.value)[0] : p.value}
      onChange={(v) => p.onChange(many && v ? [v] : v)}
    />
  );
}
