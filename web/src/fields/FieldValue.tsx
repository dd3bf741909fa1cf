import type { Field, Rec } from '@/api/types';
import { t } from '@/i18n/t';
import { isMasked } from '@/metadata/fields';
import { kindOf } from './kind';

/** The value of a field for reading; a masked one is its masked text whatever the kind. */
export function FieldValue({ field, record, value, plain }: { field: Field; record?: Rec; value?: unknown; plain?: boolean }) {
  const shown = value !== undefined ? value : record?.[field.name];
  if (record && isMasked(record, field.name))
    return (
      <span className="masked" title={t('field.masked')}>
        {String(shown ?? '')}
      </span>
    );
  if (shown === null || shown === undefined || shown === '') return null;
  // In a grid a double press edits; a number to dial would get in the way.
  if (plain && (field.kind === 'phone' || field.kind === 'email')) return <span className="num">{String(shown)}</span>;
  const { Cell } = kindOf(field);
  return <Cell value={shown} field={field} record={record} />;
}
