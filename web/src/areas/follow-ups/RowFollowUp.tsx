import { lazy, Suspense, useState } from 'react';
import type { Rec } from '@/api/types';
import { cachedMeta } from '@/api/hooks';
import { followUps } from '@/i18n/dict/followUps';
import { translator } from '@/i18n/t';
import { can, titleOf } from '@/metadata/fields';
import { Icon } from '@/ui/Icon';
import './followUps.css';

const FollowUpDrawer = lazy(() => import('./FollowUpDrawer'));
const tx = translator(followUps);

/** The button at the end of a customer's or lead's row. */
export default function RowFollowUp({ record, entity, label }: { record: Rec; entity: string; label?: boolean }) {
  // Read once, not listened to: a grid draws this for every row.
  const entities = cachedMeta()?.entities;
  const [open, setOpen] = useState(false);
  if (!can(entities?.['follow-ups'], 'create')) return null;
  const ref = { id: record.id, title: titleOf(entities?.[entity], record) };
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
