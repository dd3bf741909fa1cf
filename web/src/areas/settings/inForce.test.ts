import { expect, test } from 'vitest';
import type { Entity, Rec } from '@/api/types';
import { inForce } from './SingletonPage';

test('what counts where nothing is said is shown as it counts', () => {
  const entity = { fields: [{ name: 'intent_state', default: 'intent' }, { name: 'length', default: 5 }, { name: 'note' }] } as unknown as Entity;
  const said = { id: '1', version: '1', intent_state: null, length: 0, note: null } as Rec;
  expect(inForce(entity, said)).toEqual({ ...said, intent_state: 'intent' });
});
