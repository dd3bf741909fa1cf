import type { Field } from '@/api/types';
import { t } from '@/i18n/t';
import type { Rule } from './types';

export const isBlank = (v: unknown) =>
  v === null ||
  v === undefined ||
  v === '' ||
  (Array.isArray(v) && v.length === 0) ||
  (typeof v === 'object' && v !== null && 'amount' in v && (v as { amount: unknown }).amount === '');

const required = (f: Field): Rule[] => (f.required ? [(v) => (isBlank(v) ? t('field.required', { label: f.label }) : null)] : []);
const text =
  (test: (s: string) => string | null): Rule =>
  (v) =>
    isBlank(v) ? null : test(String(typeof v === 'object' && v && 'amount' in v ? (v as { amount: unknown }).amount : v));
const length = (f: Field): Rule[] => (f.max ? [text((s) => ([...s].length > f.max! ? t('field.toolong', { max: f.max! }) : null))] : []);
const pattern = (re: RegExp, message: () => string): Rule => text((s) => (re.test(s.trim()) ? null : message()));

export const noRules = (): Rule[] => [];
export const plainRules = required;
export const textRules = (f: Field) => [...required(f), ...length(f)];
export const emailRules = (f: Field) => [...textRules(f), pattern(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, () => t('field.email'))];
export const phoneRules = (f: Field) => [...textRules(f), pattern(/^\+?[\d\s\-()（）#*,转分机ext.]{3,40}$/i, () => t('field.phone'))];
export const urlRules = (f: Field) => [...textRules(f), pattern(/^(https?:\/\/\S+|[^\s:/]+\.[^\s:]+)$/i, () => t('field.url'))];
const range = (f: Field): Rule[] => {
  if (!f.range) return [];
  const [low, high] = f.range;
  return [
    text((s) =>
      /^-?\d+$/.test(s) && (BigInt(s) < BigInt(low) || BigInt(s) > BigInt(high))
        ? t('field.range', { low: String(low), high: String(high) })
        : null,
    ),
  ];
};
export const integerRules = (f: Field) => [...required(f), pattern(/^-?\d+$/, () => t('field.integer')), ...range(f)];
export const decimalRules = (f: Field) => [
  ...required(f),
  pattern(/^-?\d+(\.\d+)?$/, () => t('field.number')),
  text((s) =>
    typeof f.decimals === 'number' && (s.split('.')[1]?.length ?? 0) > f.decimals ? t('field.decimals', { n: f.decimals }) : null,
  ),
];
