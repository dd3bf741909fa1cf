import type { Rec } from '@/api/types';
import { mayOn } from '@/metadata/rights';
import { openAction } from '@/views/form/openForm';
import type { EditThrough } from '..';
import { refOf } from '../shared/queries';

type Values = Record<string, unknown>;
const other = (name: string, before: Values, wanted: Values) => name in wanted && refOf(wanted[name])?.id !== refOf(before[name])?.id;

/** Superior, role and data follow the department: they are asked for once another one was chosen, and all of it is one change (ORG-35). */
export const throughMove: EditThrough = {
  fields: (entity, before, wanted) => {
    const offered = entity.actions.some((a) => a.name === 'move') && mayOn(entity, before, 'edit');
    if (!offered || !refOf(wanted.department) || !other('department', before, wanted)) return [];
    return other('superior', before, wanted) ? ['department', 'superior'] : ['department'];
  },
  ask: (entity, record, wanted, edit) =>
    new Promise((resolve) => {
      const action = entity.actions.find((a) => a.name === 'move')!;
      openAction({ entity: 'users', action, record, given: wanted, edit, onDone: (done) => resolve(done as Rec), onLeft: () => resolve(null) });
    }),
};
