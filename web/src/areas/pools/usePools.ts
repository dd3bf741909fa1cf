import { useMe } from '@/api/hooks';
import type { Rec } from '@/api/types';
import { administers } from '../nav';
import { refOf, useAll } from '../shared/queries';

const POOL = ['name', 'is_default', 'potential_days', 'intent_days', 'lapse_basis', 'auto_return', 'bar_days', 'claim_per_day', 'capacity'];

/** The pools one may claim from; whoever administers sees them all. */
export function usePools(): { pools: Rec[]; ready: boolean } {
  const me = useMe();
  const pools = useAll('pools', { fields: POOL, sort: 'name' });
  const members = useAll('pool-members');
  const departments = useAll('departments', { fields: ['name', 'parent'] });
  const above = new Set<string>();
  const parents = new Map((departments.data ?? []).map((d) => [d.id, refOf(d.parent)?.id]));
  for (let at = refOf(me.user.department)?.id; at && !above.has(at); at = parents.get(at)) above.add(at);
  const mine = new Set(
    (members.data ?? [])
      .filter((m) => m.everyone === true || refOf(m.user)?.id === me.user.id || above.has(refOf(m.department)?.id ?? ''))
      .map((m) => refOf(m.pool)?.id),
  );
  const list = (pools.data ?? []).filter((p) => mine.has(p.id) || administers(me));
  return {
    pools: [...list].sort((a, b) => Number(b.is_default === true) - Number(a.is_default === true)),
    ready: !pools.isPending && !members.isPending && !departments.isPending,
  };
}
