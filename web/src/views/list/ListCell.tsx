import { Suspense } from 'react';
import { listCells } from '@/areas';
import type { Field, Rec } from '@/api/types';
import { FieldValue } from '@/fields/FieldValue';
import { isMasked } from '@/metadata/fields';

/** A value in a list: in the way of its kind, or in one of its own. */
export function ListCell({ entityName, field, record, plain }: { entityName: string; field: Field; record: Rec; plain?: boolean }) {
  const Own = listCells[`${entityName}.${field.name}`];
  const value = record[field.name];
  const usual = <FieldValue field={field} record={record} plain={plain} />;
  if (!Own || isMasked(record, field.name) || value === null || value === undefined) return usual;
  return (
    <Suspense fallback={usual}>
      <Own record={record} value={value} />
    </Suspense>
  );
}
