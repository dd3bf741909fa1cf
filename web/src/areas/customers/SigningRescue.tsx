import Button from 'antd/es/button';
import { useEntity } from '@/api/hooks';
import { customer as dict } from '@/i18n/dict/customer';
import { listOf } from '@/i18n/format';
import { translator } from '@/i18n/t';
import { fieldOf } from '@/metadata/fields';
import { openRecordForm } from '@/views/form/openForm';
import type { RescueProps } from '..';

const tx = translator(dict);

/** An official customer needs more than this one has: it is filled in, and the signing goes on. */
export default function SigningRescue({ request, errors }: RescueProps) {
  const customers = useEntity('customers');
  const asked = new Set(request.action.input?.map((f) => f.name));
  const lacking = customers ? Object.keys(errors).filter((name) => !asked.has(name) && fieldOf(customers, name)) : [];
  if (!request.record || !customers || !lacking.length) return null;
  const id = request.record.id;
  return (
    <p className="note note-amber row-wrap">
      <span className="grow">{tx('signing.lacks', { fields: listOf(lacking.map((name) => fieldOf(customers, name)!.label)) })}</span>
      <Button type="primary" onClick={() => openRecordForm({ entity: 'customers', id, fields: lacking })}>
        {tx('signing.complete')}
      </Button>
    </p>
  );
}
