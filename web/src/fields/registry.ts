import { lazy } from 'react';
import type { FieldKind, Operator } from '@/api/types';
import { lines } from '@/i18n/dict/lines';
import { translator } from '@/i18n/t';
import * as cell from './cells';
import { format } from './cells';
import { writeValue } from './kind';
import { lazyFilter, lazyInput } from './lazy';
import { rowsOf, writeRows } from './lines/rows';
import * as rule from './rules';
import type { FieldKindSpec } from './types';

const TEXT: Operator[] = ['contains', 'eq', 'ne', 'starts', 'empty'];
const NUMBER: Operator[] = ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'between', 'empty'];
const TIME: Operator[] = ['within', 'between', 'ge', 'le', 'eq', 'empty'];
const blank = (v: unknown) => (rule.isBlank(v) ? null : v);
const trimmed = (v: unknown) => (typeof v === 'string' ? v.trim() || null : blank(v));
const idOf = (v: unknown) => (v && typeof v === 'object' && 'id' in v ? (v as { id: string }).id : blank(v));
const anyOf = (v: unknown) =>
  v && typeof v === 'object' && 'id' in v ? { entity: (v as { entity?: string }).entity, id: (v as { id: string }).id } : null;
const same = (v: unknown) => v;
/** People write www.example.com; imports complete it in the same way. */
const writeUrl = (v: unknown) => {
  const url = trimmed(v);
  return typeof url === 'string' && !/^https?:/i.test(url) ? `http://${url}` : url;
};

const text = (over: Partial<FieldKindSpec> = {}): FieldKindSpec => ({
  Cell: cell.TextCell,
  Input: lazyInput('TextInput'),
  Filter: lazyFilter('TextFilter'),
  operators: TEXT,
  format: format.text,
  rules: rule.textRules,
  write: trimmed,
  width: 160,
  ...over,
});
const number = (over: Partial<FieldKindSpec> = {}): FieldKindSpec => ({
  Cell: cell.NumberCell,
  Input: lazyInput('NumberInput'),
  Filter: lazyFilter('NumberFilter'),
  operators: NUMBER,
  format: format.number,
  rules: rule.decimalRules,
  write: trimmed,
  width: 110,
  numeric: true,
  ...over,
});
const computed = (over: Partial<FieldKindSpec> = {}): FieldKindSpec =>
  text({ Input: lazyInput('ReadOnlyInput'), rules: rule.noRules, write: same, ...over });

/** The one place where a kind of field means something: a kind without an entry does not compile. */
export const fieldKinds: Record<FieldKind, FieldKindSpec> = {
  text: text(),
  long_text: text({ Cell: cell.LongTextCell, Input: lazyInput('LongTextInput'), width: 240 }),
  integer: number({ rules: rule.integerRules }),
  decimal: number(),
  money: number({ Cell: cell.MoneyCell, Input: lazyInput('MoneyInput'), format: format.money, write: blank, width: 130 }),
  percent: number({ Cell: cell.PercentCell, Input: lazyInput('PercentInput'), format: format.percent }),
  boolean: text({
    Cell: cell.BooleanCell,
    Input: lazyInput('BooleanInput'),
    Filter: lazyFilter('BooleanFilter'),
    operators: ['eq', 'empty'],
    format: format.boolean,
    rules: rule.noRules,
    write: same,
    width: 80,
  }),
  date: text({
    Cell: cell.DateCell,
    Input: lazyInput('DateInput'),
    Filter: lazyFilter('DateFilter'),
    operators: TIME,
    format: format.date,
    rules: rule.plainRules,
    width: 110,
  }),
  datetime: text({
    Cell: cell.DateTimeCell,
    Input: lazyInput('DateTimeInput'),
    Filter: lazyFilter('DateFilter'),
    operators: TIME,
    format: format.datetime,
    rules: rule.plainRules,
    width: 145,
  }),
  choice: text({
    Cell: cell.ChoiceCell,
    Input: lazyInput('ChoiceInput'),
    Filter: lazyFilter('ChoiceFilter'),
    operators: ['in', 'nin', 'eq', 'ne', 'empty'],
    format: format.choice,
    rules: rule.plainRules,
    width: 110,
  }),
  choices: text({
    Cell: cell.ChoicesCell,
    Input: lazyInput('ChoicesInput'),
    Filter: lazyFilter('ChoiceFilter'),
    operators: ['in', 'nin', 'contains', 'empty'],
    format: format.choices,
    rules: rule.plainRules,
    write: (v) => v ?? [],
    width: 160,
  }),
  reference: text({
    Cell: cell.ReferenceCell,
    Input: lazyInput('ReferenceInput'),
    Filter: lazyFilter('ReferenceFilter'),
    operators: ['in', 'nin', 'me', 'under', 'eq', 'ne', 'empty'],
    format: format.reference,
    rules: rule.plainRules,
    write: idOf,
    width: 140,
  }),
  any_reference: text({
    Cell: cell.AnyReferenceCell,
    Input: lazyInput('AnyReferenceInput'),
    Filter: lazyFilter('TextFilter'),
    operators: ['empty'],
    format: format.reference,
    rules: rule.plainRules,
    write: anyOf,
    width: 180,
  }),
  lines: text({
    Cell: lazy(() => import('./lines/LinesTable')),
    Input: lazyInput('LinesInput'),
    operators: [],
    format: (v) => (rowsOf(v).length ? translator(lines)('lines.count', { n: rowsOf(v).length }) : ''),
    rules: rule.plainRules,
    write: (v, f) => writeRows(v, f, writeValue),
    width: 320,
  }),
  email: text({ Cell: cell.EmailCell, Input: lazyInput('EmailInput'), rules: rule.emailRules, width: 190 }),
  phone: text({ Cell: cell.PhoneCell, Input: lazyInput('PhoneInput'), rules: rule.phoneRules, width: 135 }),
  url: text({ Cell: cell.UrlCell, Input: lazyInput('UrlInput'), rules: rule.urlRules, write: writeUrl, width: 180 }),
  address: text({ width: 240 }),
  region: text({
    Cell: cell.RegionCell,
    Input: lazyInput('RegionInput'),
    Filter: lazyFilter('RegionFilter'),
    operators: ['under', 'eq', 'in', 'empty'],
    format: format.region,
    rules: rule.plainRules,
    width: 160,
  }),
  file: text({
    Cell: cell.FileCell,
    Input: lazyInput('FileInput'),
    Filter: lazyFilter('TextFilter'),
    operators: ['empty'],
    format: format.reference,
    rules: rule.plainRules,
    write: idOf,
    width: 160,
  }),
  formula: computed(),
  roll_up: computed({ Filter: lazyFilter('NumberFilter'), operators: NUMBER, numeric: true, width: 110 }),
  serial: computed({ width: 120 }),
};

/** An integer that counts stars. */
export const stars = number({
  Cell: cell.StarsCell,
  Input: lazyInput('StarsInput'),
  Filter: lazyFilter('StarsFilter'),
  format: format.stars,
  rules: rule.integerRules,
  numeric: false,
  width: 100,
});
