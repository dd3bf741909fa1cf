import type { Ref } from '@/api/types';
import { followUps } from '@/i18n/dict/followUps';
import { translator } from '@/i18n/t';
import { SidePanel } from '@/ui/Overlay';
import { FollowUpComposer } from './FollowUpComposer';

const tx = translator(followUps);

export interface About {
  customer?: Ref | null;
  lead?: Ref | null;
}
/** The composer over whatever list is on screen (COM-04). */
export default function FollowUpDrawer({ about, onClose }: { about: About; onClose: () => void }) {
  const name = about.customer?.title ?? about.lead?.title ?? '';
  return (
    <SidePanel open width={560} title={tx('title', { name })} onClose={onClose}>
      <FollowUpComposer {...about} autoFocus onSaved={onClose} onCancel={onClose} />
    </SidePanel>
  );
}
