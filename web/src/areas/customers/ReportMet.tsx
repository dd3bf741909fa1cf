import { useState } from 'react';
import { useEntity } from '@/api/hooks';
import { writeValue } from '@/fields/kind';
import { customer as dict } from '@/i18n/dict/customer';
import { translator } from '@/i18n/t';
import { openAction } from '@/views/form/openForm';
import type { TwinButtonProps } from '..';

const tx = translator(dict);

/** Reports a customer met while entering one; what was typed says which, so that nothing hidden has to be named (CUS-16). */
export default function ReportMet({ twin, values }: TwinButtonProps) {
  const action = useEntity('customers')?.actions.find((a) => a.name === 'report-met');
  const [reported, setReported] = useState(false);
  if (!action) return null;
  if (reported) return <span className="muted"> · {tx('met.reported')}</span>;
  const given = {
    ...Object.fromEntries((action.input ?? []).filter((f) => f.name !== 'note').map((f) => [f.name, writeValue(values[f.name], f)])),
    title: twin.title,
  };
  return (
    <>
      {' · '}
      <button type="button" className="link" onClick={() => openAction({ entity: 'customers', action, given, onDone: () => setReported(true) })}>
        {action.label}
      </button>
    </>
  );
}
