import type { Field, Operator } from '@/api/types';
import { partName, rowsOf, withoutBlankEnd } from './lines/rows';
import { fieldKinds, stars } from './registry';
import type { FieldKindSpec } from './types';

/** A formula or roll-up reads as its result kind; it is still never written. */
export function kindOf(field: Field): FieldKindSpec {
  if (field.stars) return stars;
  const spec = fieldKinds[field.kind] ?? fieldKinds.text;
  const result = (field.kind === 'formula' || field.kind === 'roll_up') && field.result ? fieldKinds[field.result] : null;
  return result ? { ...result, Input: spec.Input, rules: spec.rules, write: spec.write } : spec;
}

/** What the server allows, in the order this kind likes best. */
export function operatorsOf(field: Field): Operator[] {
  // What is shown masked answers no question, or it would give itself away.
  if (field.access === 'masked') return [];
  const liked = kindOf(field).operators;
  // A file is asked for by being there: nobody knows its identity by heart.
  if (!field.operators || field.kind === 'file') return liked;
  const allowed = new Set(field.operators);
  return [...liked.filter((op) => allowed.has(op)), ...field.operators.filter((op) => !liked.includes(op))];
}

export const formatValue = (value: unknown, field: Field): string =>
  value === null || value === undefined
    ? ''
    : typeof value === 'string' && value.includes('*')
      ? value
      : kindOf(field).format(value, field);
export const writeValue = (value: unknown, field: Field): unknown => kindOf(field).write(value === undefined ? null : value, field);
export const sameValue = (a: unknown, b: unknown, field: Field) =>
  JSON.stringify(writeValue(a, field) ?? null) === JSON.stringify(writeValue(b, field) ?? null);

export function checkValue(value: unknown, field: Field): string | null {
  for (const rule of kindOf(field).rules(field)) {
    const wrong = rule(value);
    if (wrong) return wrong;
  }
  return null;
}

/** What is wrong with a value and with the parts of it, by the names the server uses too. */
export function checkParts(value: unknown, field: Field): Record<string, string> {
  const wrong = checkValue(value, field);
  const found: Record<string, string> = wrong ? { [field.name]: wrong } : {};
  if (field.kind !== 'lines') return found;
  withoutBlankEnd(rowsOf(value), field).forEach((row, n) => {
    for (const column of field.columns ?? []) {
      const why = column.access === 'write' && checkValue(row[column.name], column);
      if (why) found[partName(field, n, column)] = why;
    }
  });
  return found;
}
