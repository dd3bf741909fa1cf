import { useEntity, useMe } from '@/api/hooks';
import type { Filter } from '@/api/types';
import { can } from '@/metadata/fields';
import { refOf, useTop } from '../shared/queries';

export interface Whose {
  /** Whose records the page tells of; until it is known, nothing is asked. */
  filter: Filter | null;
  /** The work of others: this person holds no customers. */
  team: boolean;
}

/** The people below for those who may assign: the department and what is under it, or everyone. */
export function useTeamFilter(): Filter | null {
  const department = refOf(useMe().user.department);
  const manager = can(useEntity('customers'), 'assign');
  return manager && department ? { 'owner.department': { under: department.id } } : null;
}

/**
 * Own customers; for whoever holds none, those of the people below, as far as one leads somebody. Who neither enters nor
 * assigns customers has no work to be told of.
 */
export function useWhose(): Whose & { held: number | undefined; works: boolean } {
  const me = useMe();
  const customers = useEntity('customers');
  const below = useTeamFilter();
  const leads = me.leads || can(customers, 'assign');
  const enters = can(customers, 'create') || can(customers, 'edit');
  const found = useTop('customers', { filter: { owner: { me: true } }, limit: 1, fields: ['name'] }, true, enters).data?.count?.value;
  const held = enters ? found : 0;
  const team = held === 0 && leads;
  const filter = held === undefined ? null : team ? (below ?? { owner: { empty: false } }) : { owner: { me: true } };
  return { held, team, works: enters || leads, filter };
}

/** Both, while the first is still unknown neither. */
export const both = (whose: Whose, other: Filter): Filter => (whose.filter ? { and: [whose.filter, other] } : other);
