import { Pill } from '@/ui/Pill';
import { RecordLink } from '@/ui/RecordLink';
import type { AnyRef, Choice, Field, Ref } from '@/api/types';
import { formatInstant, formatMoney, groupDigits } from '@/i18n/format';
import { t } from '@/i18n/t';
import { ageOf } from './age';
import { regionName, useDivisions } from './region/divisions';
import type { CellProps } from './types';

const asText = (v: unknown) => (v === null || v === undefined ? '' : typeof v === 'object' ? JSON.stringify(v) : String(v));
export const choiceOf = (f: Field, value: unknown): Choice =>
  f.choices?.find((c) => c.value === value) ?? { value: String(value), label: String(value) };
const refText = (v: unknown) => (v && typeof v === 'object' ? ((v as Ref).title ?? t('field.hidden')) : asText(v));

/** The stars there are and those that are missing; none of either without a value. */
function starsOf(v: unknown, f: Field): [string, string] {
  if (v === null || v === undefined || v === '') return ['', ''];
  const [n, most] = [Number(v), Number(f.range?.[1] ?? 5)];
  // What is no number of stars, as in a file to be imported, is shown as it stands there.
  if (!Number.isInteger(n) || n < 0 || n > most) return [asText(v), ''];
  return ['★'.repeat(n), '☆'.repeat(most - n)];
}

export const format = {
  text: asText,
  number: (v: unknown, f: Field) => groupDigits(asText(v), f.kind === 'integer' ? 0 : f.decimals),
  stars: (v: unknown, f: Field) => starsOf(v, f).join(''),
  percent: (v: unknown, f: Field) => (v === null || v === undefined || v === '' ? '' : `${groupDigits(asText(v), f.decimals)}%`),
  money: (v: unknown, f: Field) => formatMoney(v, f.decimals),
  boolean: (v: unknown) => (v === true ? t('yes') : v === false ? t('no') : ''),
  date: (v: unknown, f?: Field) => (f?.birth ? withAge(asText(v).slice(0, 10)) : asText(v).slice(0, 10)),
  datetime: (v: unknown) => formatInstant(v),
  choice: (v: unknown, f: Field) => (v === null || v === undefined || v === '' ? '' : choiceOf(f, v).label),
  choices: (v: unknown, f: Field) => [v ?? []].flat().map((x) => choiceOf(f, x).label).join('、'),
  reference: refText,
  region: (v: unknown) => regionName(asText(v)),
};

/** A date of birth and how old that is today. */
function withAge(date: string): string {
  const age = ageOf(date, formatInstant(new Date().toISOString(), 'date'));
  return age === null ? date : t('field.born', { date, age });
}

export const TextCell = ({ value }: CellProps) => <>{asText(value)}</>;
export const LongTextCell = ({ value }: CellProps) => <span className="cell-long">{asText(value)}</span>;
export const NumberCell = ({ value, field }: CellProps) => <span className="num">{format.number(value, field)}</span>;
export function StarsCell({ value, field }: CellProps) {
  const [there, missing] = starsOf(value, field);
  if (!there && !missing) return null;
  return (
    <span className="stars" role="img" aria-label={t('field.stars', { n: String(value), most: String(field.range?.[1] ?? 5) })}>
      {there}
      <span className="stars-missing">{missing}</span>
    </span>
  );
}
export const PercentCell = ({ value, field }: CellProps) => <span className="num">{format.percent(value, field)}</span>;
export const MoneyCell = ({ value, field }: CellProps) => <span className="num">{formatMoney(value, field.decimals)}</span>;
export const BooleanCell = ({ value }: CellProps) => <>{format.boolean(value)}</>;
export const DateCell = ({ value, field }: CellProps) => <span className="num">{format.date(value, field)}</span>;
export const DateTimeCell = ({ value }: CellProps) => <span className="num">{formatInstant(value)}</span>;

export function ChoiceCell({ value, field }: CellProps) {
  if (value === null || value === undefined || value === '') return null;
  const choice = choiceOf(field, value);
  return choice.color ? <Pill color={choice.color}>{choice.label}</Pill> : <>{choice.label}</>;
}
export function ChoicesCell({ value, field }: CellProps) {
  if (!Array.isArray(value) || value.length === 0) return null;
  return (
    <span className="pills">
      {value.map((v) => (
        <Pill key={String(v)} color={choiceOf(field, v).color}>
          {choiceOf(field, v).label}
        </Pill>
      ))}
    </span>
  );
}
function RefLink({ entity, id, title }: { entity: string; id: string; title: string | null }) {
  if (title === null) return <span className="muted">{t('field.hidden')}</span>;
  return (
    <RecordLink entity={entity} id={id}>
      {title || `#${id}`}
    </RecordLink>
  );
}
export function ReferenceCell({ value, field }: CellProps) {
  if (!value || typeof value !== 'object') return <>{asText(value)}</>;
  const ref = value as Ref;
  return field.target ? <RefLink entity={field.target} id={ref.id} title={ref.title} /> : <>{refText(ref)}</>;
}
export function AnyReferenceCell({ value }: CellProps) {
  if (!value || typeof value !== 'object') return null;
  const ref = value as AnyRef;
  return <RefLink entity={ref.entity} id={ref.id} title={ref.title} />;
}
export function EmailCell({ value }: CellProps) {
  const text = asText(value);
  return text && !text.includes('*') ? (
    <a href={`mailto:${text}`} onClick={(e) => e.stopPropagation()}>
      {text}
    </a>
  ) : (
    <>{text}</>
  );
}
export function PhoneCell({ value }: CellProps) {
  const text = asText(value);
  return text && !text.includes('*') ? (
    <a className="num" href={`tel:${text.replace(/[^\d+]/g, '')}`} onClick={(e) => e.stopPropagation()}>
      {text}
    </a>
  ) : (
    <span className="num">{text}</span>
  );
}
export function UrlCell({ value }: CellProps) {
  const text = asText(value);
  return /^https?:\/\//i.test(text) ? (
    <a href={text} target="_blank" rel="noopener noreferrer" onClick={(e) => e.stopPropagation()}>
      {text.replace(/^https?:\/\//i, '')}
    </a>
  ) : (
    <>{text}</>
  );
}
export function RegionCell({ value }: CellProps) {
  useDivisions(Boolean(value));
  return <>{regionName(asText(value))}</>;
}
export function FileCell({ value }: CellProps) {
  if (!value || typeof value !== 'object') return null;
  const ref = value as Ref;
  return (
    <a href={`/api/v1/files/${ref.id}`} download onClick={(e) => e.stopPropagation()}>
      {ref.title ?? t('field.hidden')}
    </a>
  );
}
