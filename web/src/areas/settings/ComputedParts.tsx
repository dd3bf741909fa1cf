import Input from 'antd/es/input';
import Select from 'antd/es/select';
import { useRef } from 'react';
import { useMeta } from '@/api/hooks';
import type { Entity, Field, FieldKind, Filter } from '@/api/types';
import { settings } from '@/i18n/dict/settings';
import { translator } from '@/i18n/t';
import { LabeledField } from '@/ui/parts';
import { FilterBuilder } from '@/views/list/FilterBuilder';
import '@/views/list/list.css';
import { today } from '../shared/days';

const tx = translator(settings);

export interface Serial {
  prefix?: string;
  date_part?: 'none' | 'year' | 'month' | 'day';
  width?: number;
}
export interface RollUp {
  entity?: string;
  link?: string;
  function?: 'count' | 'sum' | 'avg' | 'min' | 'max' | 'latest';
  field?: string;
  filter?: Filter | null;
}
export interface Computed {
  serial?: Serial | null;
  formula?: string | null;
  result?: FieldKind | null;
  roll_up?: RollUp | null;
}
interface Props {
  value: Computed;
  onChange: (value: Computed) => void;
  errors: Record<string, string>;
}

/** The first number that would be given today. */
export function sampleNumber({ prefix, date_part, width }: Serial): string {
  const digits = { none: 0, year: 4, month: 6, day: 8 }[date_part ?? 'none'];
  return (prefix ?? '') + today().replaceAll('-', '').slice(0, digits) + '1'.padStart(width ?? 6, '0');
}

export function SerialPart({ value, onChange, errors }: Props) {
  const serial = value.serial ?? {};
  const set = (change: Serial) => onChange({ serial: { date_part: 'none', width: 6, ...serial, ...change } });
  return (
    <div className="form-grid">
      <LabeledField id="cf-prefix" label={tx('fields.serial.prefix')} error={errors.serial}>
        <Input id="cf-prefix" maxLength={20} value={serial.prefix ?? ''} onChange={(e) => set({ prefix: e.target.value })} />
      </LabeledField>
      <LabeledField id="cf-date-part" label={tx('fields.serial.date')}>
        <Select
          id="cf-date-part"
          className="full"
          value={serial.date_part ?? 'none'}
          options={(['none', 'year', 'month', 'day'] as const).map((p) => ({ value: p, label: tx(`fields.serial.${p}`) }))}
          onChange={(date_part) => set({ date_part })}
        />
      </LabeledField>
      <LabeledField id="cf-width" label={tx('fields.serial.width')} help={tx('fields.serial.sample', { number: sampleNumber(serial) })}>
        <Select
          id="cf-width"
          className="full"
          value={serial.width ?? 6}
          options={Array.from({ length: 12 }, (_, i) => ({ value: i + 1, label: String(i + 1) }))}
          onChange={(width) => set({ width })}
        />
      </LabeledField>
    </div>
  );
}

const RESULTS = ['decimal', 'text', 'boolean', 'date'] as const;
const UNUSABLE = new Set<string>(['reference', 'any_reference', 'file']);
const FUNCTIONS = ['or(', 'empty(', 'round(', 'min(', 'max(', 'abs(', 'year(', 'month(', 'text(', 'size(', 'contains('];

/** An expression, with the fields it may read at hand. */
export function FormulaPart({ value, onChange, errors, fields, fixed }: Props & { fields: Field[]; fixed: boolean }) {
  const at = useRef<number | null>(null);
  const text = value.formula ?? '';
  const insert = (part: string) => {
    const place = at.current ?? text.length;
    at.current = place + part.length;
    onChange({ formula: text.slice(0, place) + part + text.slice(place) });
  };
  return (
    <div className="stack">
      <LabeledField id="cf-result" label={tx('fields.result')} required error={errors.result}>
        <Select
          id="cf-result"
          className="full"
          disabled={fixed}
          value={value.result ?? undefined}
          options={RESULTS.map((k) => ({ value: k, label: tx(k === 'decimal' ? 'fields.result.number' : `kind.${k}`) }))}
          onChange={(result) => onChange({ result })}
        />
      </LabeledField>
      <LabeledField id="cf-formula" label={tx('fields.formula')} required error={errors.formula} help={tx('fields.formula.help')}>
        <Input.TextArea
          id="cf-formula"
          className="code"
          rows={3}
          maxLength={2000}
          spellCheck={false}
          status={errors.formula ? 'error' : undefined}
          value={text}
          onChange={(e) => onChange({ formula: e.target.value })}
          onBlur={(e) => {
            at.current = e.target.selectionStart;
          }}
        />
      </LabeledField>
      <div className="row-wrap">
        <Select
          aria-label={tx('fields.formula.insert')}
          placeholder={tx('fields.formula.insert')}
          className="formula-pick"
          showSearch={{ optionFilterProp: 'label' }}
          value={null}
          options={fields
            .filter((f) => !UNUSABLE.has(f.kind) && (!f.implied || f.name === 'created_at'))
            .map((f) => ({ value: f.name, label: `${f.label} · ${f.name}` }))}
          onChange={(name: string | null) => name && insert(name)}
        />
        <Select
          aria-label={tx('fields.formula.function')}
          placeholder={tx('fields.formula.function')}
          className="formula-pick"
          value={null}
          options={FUNCTIONS.map((f) => ({ value: f, label: `${f}…)` }))}
          onChange={(f: string | null) => f && insert(`${f})`)}
        />
      </div>
    </div>
  );
}

const NUMBERS = new Set<string>(['integer', 'decimal', 'percent', 'money']);
const ORDERED = new Set<string>([...NUMBERS, 'date', 'datetime']);
const SHOWN = new Set<string>([...ORDERED, 'text', 'boolean', 'phone', 'email']);
const measurable = (f: Field, fn: RollUp['function']) => {
  const kind = f.result ?? f.kind;
  if (fn === 'sum' || fn === 'avg') return NUMBERS.has(kind);
  return fn === 'latest' ? SHOWN.has(kind) : ORDERED.has(kind);
};

/** A figure over the records that refer to this one. */
export function RollUpPart({ value, onChange, errors, entity }: Props & { entity: string }) {
  const meta = useMeta();
  const roll = value.roll_up ?? {};
  const set = (change: RollUp) => onChange({ roll_up: { function: 'count', ...roll, ...change } });
  const links = Object.entries(meta.entities).flatMap(([name, e]: [string, Entity]) =>
    e.fields
      .filter((f) => f.kind === 'reference' && f.target === entity && !f.implied)
      .map((f) => ({ value: `${name}.${f.name}`, label: `${e.label} · ${f.label}` })),
  );
  // Its own lines are figured over like the records that refer to it.
  const own = meta.entities[entity].fields.filter((f) => f.kind === 'lines' && f.target);
  links.push(...own.map((f) => ({ value: `${f.target!}.`, label: f.label })));
  const ofLines = own.find((f) => f.target === roll.entity);
  const child = ofLines ? { fields: ofLines.columns ?? [] } : roll.entity ? meta.entities[roll.entity] : undefined;
  const fn = roll.function ?? 'count';
  return (
    <div className="stack">
      <div className="form-grid">
        <LabeledField id="cf-link" label={tx('fields.roll.of')} required error={errors.roll_up}>
          <Select
            id="cf-link"
            className="full"
            showSearch={{ optionFilterProp: 'label' }}
            value={roll.entity && roll.link !== undefined ? `${roll.entity}.${roll.link}` : undefined}
            options={links}
            onChange={(path: string) => {
              const [name, link] = path.split('.');
              set({ entity: name, link, field: undefined, filter: null });
            }}
          />
        </LabeledField>
        <LabeledField id="cf-function" label={tx('fields.roll.function')} required>
          <Select
            id="cf-function"
            className="full"
            value={fn}
            options={(['count', 'sum', 'avg', 'min', 'max', 'latest'] as const).map((f) => ({ value: f, label: tx(`fields.roll.${f}`) }))}
            onChange={(f) => set({ function: f, field: undefined })}
          />
        </LabeledField>
        {fn !== 'count' && child && (
          <LabeledField id="cf-measured" label={tx('fields.roll.field')} required>
            <Select
              id="cf-measured"
              className="full"
              showSearch={{ optionFilterProp: 'label' }}
              value={roll.field}
              options={child.fields.filter((f) => measurable(f, fn) && f.name !== 'version' && f.name !== 'id').map((f) => ({ value: f.name, label: f.label }))}
              onChange={(field) => set({ field })}
            />
          </LabeledField>
        )}
      </div>
      {child && !ofLines && (
        <fieldset className="plain-fieldset roll-filter">
          <legend className="muted">{tx('fields.roll.filter')}</legend>
          <FilterBuilder key={roll.entity} entity={child as Entity} filter={roll.filter ?? null} onChange={(filter) => set({ filter })} />
        </fieldset>
      )}
    </div>
  );
}
