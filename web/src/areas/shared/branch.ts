import { useMe } from '@/api/hooks';
import type { Filter, Ref } from '@/api/types';
import { refOf, useAll } from './queries';

/** The department whose branch somebody administers; none for whoever administers everything or nothing. */
export function useBranch(): Ref | null {
  const me = useMe();
  return me.administrator === 'branch' ? refOf(me.user.department) : null;
}

/** Oneself and the people one answers for: those who report to one, and those of the departments one leads. */
export function useOwnPeople(wanted: boolean): Filter | null {
  const me = useMe();
  const led = useAll('departments', { filter: { leader: me.user.id }, fields: ['name'] }, wanted);
  if (!wanted) return null;
  return { or: [{ id: me.user.id }, { superior: { under: me.user.id } }, ...(led.data ?? []).map((d) => ({ department: { under: d.id } }))] };
}
