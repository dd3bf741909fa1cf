import { customer as dict } from '@/i18n/dict/customer';
import { formatInstant } from '@/i18n/format';
import { translator } from '@/i18n/t';
import { Pill } from '@/ui/Pill';
import type { ListCellProps } from '..';
import { daysLeft } from '../shared/days';

const tx = translator(dict);

/** How long a customer is still protected, and until when (POL-20). */
export default function DaysLeftCell({ value }: ListCellProps) {
  const left = daysLeft(value);
  if (left === null) return null;
  return (
    <span title={tx('until', { at: formatInstant(String(value)) })}>
      <Pill color={left <= 3 ? 'red' : left <= 7 ? 'amber' : 'grey'}>{left === 0 ? tx('left.today') : tx('left', { n: left })}</Pill>
    </span>
  );
}
