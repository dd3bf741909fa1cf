import { lazy, Suspense, useState } from 'react';
import type { Rec } from '@/api/types';
import { useEntity } from '@/api/hooks';
import { followUps } from '@/i18n/dict/followUps';
import { translator } from '@/i18n/t';
import { can, titleOf } from '@/metadata/fields';
import { Icon } from '@/ui/Icon';
import './followUps.css';

const FollowUpDrawer = lazy(() => import('./FollowUpDrawer'));
const tx = translator(followUps);

/** The button at the end of a customer's or lead's row. */
export default function RowFollowUp({ record, entity, label }: { record: Rec; entity: string; label?: boolean }) {
  const def = useEntity(entity);
  const followUp = useEntity('follow-ups');
  const [open, setOpen] = useState(false);
  if (!can(followUp, 'create')) return null;
  const ref = { id: record.id, title: titleOf(def, record) };
  return (
    <>
      <button
        type="button"
        className={label ? 'icon-button bordered row-end' : 'icon-button icon-small row-end'}
        title={tx('add')}
        aria-label={`${tx('add')} ${ref.title}`}
        onClick={(e) => {
          e.stopPropagation();
          setOpen(true);
        }}
      >
        <Icon name="chat" size={15} />
        {label && <span>{tx('add')}</span>}
      </button>
      {open && (
        <Suspense fallback={null}>
          <FollowUpDrawer about={entity === 'leads' ? { lead: ref } : { customer: ref }} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
