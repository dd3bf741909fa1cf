import { expect, test } from 'vitest';
import type { Entity } from '@/api/types';
import { conditionHolds } from './conditions';

const entity = (name: string, fields: object[], more = {}) => ({ name, fields, ...more }) as unknown as Entity;
const entities = {
  customers: entity('customer', [{ name: 'kind' }, { name: 'lifecycle' }, { name: 'customer_class' }]),
  'follow-ups': entity('follow_up', [{ name: 'customer', target: 'customers' }], { follows: 'customer' }),
  leads: entity('lead', [{ name: 'name' }]),
};

test('a condition is asked for where the object, or the record it follows, has what it looks at', () => {
  const asked = (of: string) => ['entity', 'kinds', 'lifecycles', 'classes', 'except_classes'].filter((name) => conditionHolds(name, { entity: of }, entities));
  expect(asked('customer')).toEqual(['entity', 'kinds', 'lifecycles', 'classes', 'except_classes']);
  expect(asked('follow_up')).toEqual(asked('customer'));
  expect(asked('lead')).toEqual(['entity']);
  expect(asked('')).toEqual(['entity']);
});
