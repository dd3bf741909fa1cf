import { Suspense } from 'react';
import { formHints } from '@/areas';
import type { Entity, Rec } from '@/api/types';
import { Duplicates } from './Duplicates';
import type { Values } from './useRecordForm';

/** What is told beside a form while one types. */
export function FormAside({ entityName, entity, values, before }: { entityName: string; entity: Entity; values: Values; before?: Rec }) {
  return (
    <>
      <Duplicates entityName={entityName} entity={entity} values={values} before={before} />
      {(formHints[entityName] ?? []).map((Hint, i) => (
        <Suspense key={i}>
          <Hint values={values} before={before} />
        </Suspense>
      ))}
    </>
  );
}
