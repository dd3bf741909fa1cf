import { expect, test } from 'vitest';
import type { Rec } from '@/api/types';
import { chartOf } from './chart';

const person = (id: string, above?: string): Rec => ({ id, version: 1, name: id, reports_to: above ? { id: above, title: above } : null }) as Rec;

test('people stand below whom they report to', () => {
  const [boss] = chartOf([person('b', 'a'), person('a'), person('c', 'b')]);
  expect(boss.person.id).toBe('a');
  expect(boss.below.map((seat) => seat.person.id)).toEqual(['b']);
  expect(boss.below[0].below.map((seat) => seat.person.id)).toEqual(['c']);
});

test('whose superior is not here stands at the top', () => {
  expect(chartOf([person('b', 'gone'), person('a')]).map((seat) => seat.person.id)).toEqual(['b', 'a']);
});
