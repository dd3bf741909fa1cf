import type { Action, Entity, Rec } from '@/api/types';
import { can } from './fields';
import { offered } from './filter';

/** Whether a verb may be done to this record. Lists do not say; there the entity's rights stand in. */
export const mayOn = (entity: Entity | undefined, record: Rec | undefined, verb: string): boolean =>
  record?._can ? record._can.verbs.includes(verb) : can(entity, verb);

export interface Offer {
  action: Action;
  /** What stands in the way now; the button is shown, but cannot be pressed. */
  whyNot: string | null;
}
/** The actions offered for a record: the server's word where it came with the record. */
export function offersOn(entity: Entity, record: Rec, userId: string): Offer[] {
  const single = entity.actions.filter((a) => a.on === 'record');
  const said = record._can?.actions;
  if (!said) return single.filter((a) => offered(a.when, record, { userId, now: new Date() })).map((action) => ({ action, whyNot: null }));
  return single.filter((a) => a.name in said).map((action) => ({ action, whyNot: said[action.name] }));
}
