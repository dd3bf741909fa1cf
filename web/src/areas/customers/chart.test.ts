import { expect, test } from 'vitest';
import type { Rec } from '@/api/types';
import { chartOf, peopleOf } from './chart';

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

test('who is joined with a customer belongs to its people', () => {
  const link = (id: string) => ({ id: `l${id}`, version: 1, contact: { id, title: id } }) as unknown as Rec;
  expect(peopleOf('7', [link('1'), link('2')])).toEqual({ or: [{ customer: '7' }, { id: { in: ['1', '2'] } }] });
  expect(peopleOf('7', [])).toEqual({ customer: '7' });
});
