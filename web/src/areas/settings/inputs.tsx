import Select from 'antd/es/select';
import { useMemo } from 'react';
import { useMeta } from '@/api/hooks';
import type { Entity } from '@/api/types';
import type { InputProps } from '@/fields/types';
import { currentLang } from '@/i18n/lang';
import { splitNames } from '../shared/profiles';
import { textOf } from '../shared/queries';

/** An input that also sees the other values of its form. */
export type FormInputProps = InputProps & { values: Record<string, unknown> };

export const bySingular = (entities: Record<string, Entity>, name: unknown) => Object.values(entities).find((e) => e.name === name);

/** The name of an entity, chosen by its label. */
export const EntityNameInput = (p: FormInputProps) => <EntityNames p={p} offered={() => true} />;
/** The same, of those that enforce sets of compulsory fields. */
export const ProfiledNameInput = (p: FormInputProps) => <EntityNames p={p} offered={(e) => e.profiled === true} />;

function EntityNames({ p, offered }: { p: FormInputProps; offered: (entity: Entity) => boolean }) {
  const meta = useMeta();
  const names = meta.areas.flatMap((a) => a.entities).filter((e) => meta.entities[e] && offered(meta.entities[e]));
  const labels = new Map(names.map((e) => [meta.entities[e].name, meta.entities[e].label]));
  return <Codes p={p} codes={[...labels.keys()]} say={(code) => labels.get(code) ?? code} />;
}

function Names({ p, entity }: { p: FormInputProps; entity: Entity | undefined }) {
  const fields = entity?.fields.filter((f) => !f.implied && f.access === 'write') ?? [];
  return (
    <Select
      id={p.id}
      className="full"
      mode="multiple"
      showSearch={{ optionFilterProp: 'label' }}
      status={p.invalid ? 'error' : undefined}
      disabled={p.disabled || !entity}
      value={splitNames(p.value)}
      options={fields.map((f) => ({ value: f.name, label: f.label }))}
      onChange={(v: string[]) => p.onChange(v.join(','))}
    />
  );
}
/** Names of fields kept as text with commas, chosen by their labels. */
export function FieldNamesInput(p: FormInputProps) {
  return <Names p={p} entity={bySingular(useMeta().entities, p.values.entity)} />;
}
export function CustomerFieldsInput(p: FormInputProps) {
  return <Names p={p} entity={useMeta().entities.customers} />;
}

/** Those met most often stand first. */
const COMMON_CURRENCIES = ['CNY', 'HKD', 'MOP', 'TWD', 'USD', 'EUR', 'JPY', 'GBP', 'KRW', 'SGD', 'AUD'];
const COMMON_ZONES = ['Asia/Shanghai', 'Asia/Urumqi', 'Asia/Hong_Kong', 'Asia/Taipei', 'Asia/Singapore', 'Asia/Tokyo', 'Europe/London', 'America/New_York'];
const commonFirst = (common: string[], all: string[], now: string) => [...new Set([...common, ...all, ...(now ? [now] : [])])];

function Codes({ p, codes, say }: { p: FormInputProps; codes: string[]; say: (code: string) => string }) {
  return (
    <Select
      id={p.id}
      className="full"
      showSearch={{ optionFilterProp: 'label' }}
      status={p.invalid ? 'error' : undefined}
      disabled={p.disabled}
      autoFocus={p.autoFocus}
      aria-describedby={p.describedBy}
      value={textOf(p.value) || undefined}
      options={codes.map((code) => ({ value: code, label: say(code) }))}
      onChange={(v) => p.onChange(v)}
    />
  );
}
/** A currency by its name and code. */
export function CurrencyInput(p: FormInputProps) {
  const names = new Intl.DisplayNames([currentLang()], { type: 'currency' });
  return <Codes p={p} codes={commonFirst(COMMON_CURRENCIES, Intl.supportedValuesOf('currency'), textOf(p.value))} say={(code) => `${code} ${names.of(code) ?? ''}`.trim()} />;
}
/** A time zone by its name, with what it is ahead of UTC now. */
export function TimeZoneInput(p: FormInputProps) {
  const codes = useMemo(() => commonFirst(COMMON_ZONES, Intl.supportedValuesOf('timeZone'), textOf(p.value)), [p.value]);
  const said = useMemo(() => new Map(codes.map((zone) => [zone, zoneText(zone)])), [codes]);
  return <Codes p={p} codes={codes} say={(zone) => said.get(zone) ?? zone} />;
}
/** `Asia/Shanghai (GMT+8) …`, in the words of the language where it has some. */
export function zoneText(zone: string, lang = currentLang()): string {
  const part = (timeZoneName: 'shortOffset' | 'longGeneric') => {
    try {
      return new Intl.DateTimeFormat(lang, { timeZone: zone, timeZoneName }).formatToParts(new Date()).find((x) => x.type === 'timeZoneName')?.value;
    } catch {
      // A name the browser does not know is shown as it is.
      return undefined;
    }
  };
  const offset = part('shortOffset');
  return offset ? `${zone} (${offset}) ${part('longGeneric') ?? ''}`.trim() : zone;
}
