import type { Entity } from '@/api/types';
import { fieldOf } from '@/metadata/fields';
import { CONDITIONS } from '../shared/profiles';

const LOOKED: Record<string, string | undefined> = { ...CONDITIONS, except_classes: CONDITIONS.classes };

/** Whether a set of compulsory fields may have a condition: its object has what is looked at, or the record it follows has. */
export function conditionHolds(name: string, values: Record<string, unknown>, entities: Record<string, Entity>): boolean {
  const looked = LOOKED[name];
  if (!looked) return true;
  const entity = Object.values(entities).find((e) => e.name === values.entity);
  const followed = entity?.follows ? entities[fieldOf(entity, entity.follows)?.target ?? ''] : undefined;
  return [entity, followed].some((e) => e && fieldOf(e, looked));
}
