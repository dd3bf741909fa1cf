import Button from 'antd/es/button';
import { useState } from 'react';
import { post } from '@/api/client';
import { recordWritten, useEntity } from '@/api/hooks';
import type { ActionResult, Rec } from '@/api/types';
import { customer as dict } from '@/i18n/dict/customer';
import { translator } from '@/i18n/t';
import { fieldOf } from '@/metadata/fields';
import { toast } from '@/ui/feedback';
import { openRecordForm } from '@/views/form/openForm';
import type { RescueProps } from '..';
import { listOf } from '../shared/queries';

const tx = translator(dict);
/** What a lead and a customer have in common under the same name. */
const SAME = ['mobile', 'phone', 'email', 'source', 'region', 'address', 'demand', 'remark', 'referrer', 'product_categories', 'next_contact_at', 'owner'];

/** A lead lacks what the company asks of a customer: the customer's form is filled in first, then the lead is converted to it. */
export default function ConvertRescue({ request, values, errors, onDone }: RescueProps) {
  const customers = useEntity('customers');
  const [made, setMade] = useState<Rec | null>(null);
  const lead = request.record;
  const lacking = Object.keys(errors).map((name) => customers && fieldOf(customers, name)?.label).filter(Boolean) as string[];
  if (!lead || !customers || (!lacking.length && !made)) return null;
  const convert = async (customer: Rec) => {
    setMade(customer);
    try {
      const body = { customer: customer.id, with_contact: values.with_contact !== false };
      const done = await post<ActionResult>(`/leads/${lead.id}/${request.action.name}`, body);
      recordWritten('leads', done.record, lead.id);
      recordWritten('customers', null, customer.id);
      toast.success(tx('convert.done', { name: String(customer.name ?? '') }));
      onDone(done);
    } catch (e) {
      toast.error(e);
    }
  };
  const complete = () => {
    if (made) return void convert(made);
    const company = values.customer_name || lead.company_name;
    openRecordForm({
      entity: 'customers',
      defaults: {
        ...Object.fromEntries(SAME.map((name) => [name, lead[name]])),
        name: company || lead.name,
        kind: company ? 'organisation' : 'person',
      },
      onSaved: (customer) => void convert(customer),
    });
  };
  return (
    <p className="note note-amber row-wrap">
      <span className="grow">{made ? tx('convert.again') : tx('convert.lacks', { fields: listOf(lacking) })}</span>
      <Button type="primary" onClick={complete}>
        {tx(made ? 'convert.retry' : 'convert.complete')}
      </Button>
    </p>
  );
}
