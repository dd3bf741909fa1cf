import Button from 'antd/es/button';
import { lazy, Suspense, useState } from 'react';
import { recordWritten, useEntity } from '@/api/hooks';
import { customer as dict } from '@/i18n/dict/customer';
import { translator } from '@/i18n/t';
import { can } from '@/metadata/fields';
import { Panel } from '@/ui/parts';
import type { RecordPanelProps } from '..';
import { refOf } from '../shared/queries';

const tx = translator(dict);
const MergeDialog = lazy(() => import('@/views/list/MergeDialog'));

/** The two customers of a report, to be made one by whoever may; merging them settles it (CUS-16). */
export default function BothPanel({ record, reload }: RecordPanelProps) {
  const customers = useEntity('customers');
  const [merging, setMerging] = useState(false);
  const [one, other] = [refOf(record.customer), refOf(record.other)];
  if (record.state !== 'open' || !customers || !one) return null;
  if (other && (!one.title || !other.title))
    return (
      <Panel title={tx('met.both')}>
        <p>{tx('met.hidden')}</p>
      </Panel>
    );
  if (!can(customers, 'merge') || !one.title) return null;
  const both = other?.title ? [one.id, other.id] : null;
  return (
    <Panel title={tx('met.both')}>
      <div className="row-wrap">
        <span className="grow">{both ? tx('met.merge', { one: one.title, other: other!.title! }) : tx('met.alone')}</span>
        {both && <Button onClick={() => setMerging(true)}>{tx('met.merge.ok')}</Button>}
      </div>
      {merging && both && (
        <Suspense fallback={null}>
          <MergeDialog
            entityName="customers"
            entity={customers}
            ids={both}
            onClose={(done) => {
              setMerging(false);
              if (!done) return;
              recordWritten('duplicate-reports', null, record.id);
              reload();
            }}
          />
        </Suspense>
      )}
    </Panel>
  );
}
