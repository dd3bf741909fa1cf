import Button from 'antd/es/button';
import { get, post } from '@/api/client';
import { recordWritten, useEntity } from '@/api/hooks';
import type { ActionResult, Rec } from '@/api/types';
import { customer as dict } from '@/i18n/dict/customer';
import { listOf } from '@/i18n/format';
import { translator } from '@/i18n/t';
import { fieldOf } from '@/metadata/fields';
import { toast } from '@/ui/feedback';
import { openRecordForm } from '@/views/form/openForm';
import type { RescueProps } from '..';

const tx = translator(dict);
/** What a lead and a customer have in common under the same name. */
const SAME = ['mobile', 'phone', 'email', 'source', 'region', 'address', 'demand', 'remark', 'referrer', 'product_categories', 'next_contact_at', 'owner'];

/** A lead lacks what the company asks of a customer: the form of the customer is filled in, and saving it converts the lead, as one change. */
export default function ConvertRescue({ request, values, errors, onDone }: RescueProps) {
  const customers = useEntity('customers');
  const lead = request.record;
  const lacking = Object.keys(errors).map((name) => customers && fieldOf(customers, name)?.label).filter(Boolean) as string[];
  if (!lead || !customers || !lacking.length) return null;
  const complete = () => {
    let done: ActionResult | undefined;
    const convert = async (customer: Record<string, unknown>): Promise<Rec> => {
      const body = { customer: { new: customer }, with_contact: values.with_contact !== false };
      done = await post<ActionResult>(`/leads/${lead.id}/${request.action.name}`, body);
      recordWritten('leads', done.record, lead.id);
      return get<Rec>(`/customers/${done.result?.customer}`);
    };
    const company = values.customer_name || lead.company_name;
    openRecordForm({
      entity: 'customers',
      defaults: {
        ...Object.fromEntries(SAME.map((name) => [name, lead[name]])),
        name: company || lead.name,
        kind: company ? 'organisation' : 'person',
      },
      send: convert,
      onSaved: (customer) => {
        toast.success(tx('convert.done', { name: String(customer.name ?? '') }));
        onDone(done);
      },
    });
  };
  return (
    <p className="note note-amber row-wrap">
      <span className="grow">{tx('convert.lacks', { fields: listOf(lacking) })}</span>
      <Button type="primary" onClick={complete}>
        {tx('convert.complete')}
      </Button>
    </p>
  );
}
