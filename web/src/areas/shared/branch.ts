import { useMe } from '@/api/hooks';
import type { Ref } from '@/api/types';
import { refOf } from './queries';

/** The department whose branch somebody administers; none for whoever administers everything or nothing. */
export function useBranch(): Ref | null {
  const me = useMe();
  return me.administrator === 'branch' ? refOf(me.user.department) : null;
}
