import type { Entity, Rec } from '@/api/types';
import { mayOn } from '@/metadata/rights';
import { openAction } from '@/views/form/openForm';
import { refOf } from '../shared/queries';

/** Whether an edit put somebody into another department. */
export const changedDepartment = (before: Rec, after: Rec) => {
  const now = refOf(after.department);
  return now !== null && now.id !== refOf(before.department)?.id ? now : null;
};

/** Superior, role and data follow the department, so they are asked for once that was changed (ORG-35). */
export function askAfterMove(entity: Entity, before: Rec, after: Rec) {
  const department = changedDepartment(before, after);
  const action = entity.actions.find((a) => a.name === 'move');
  if (department && action && mayOn(entity, after, 'edit')) openAction({ entity: 'users', action, record: after, given: { department } });
}
