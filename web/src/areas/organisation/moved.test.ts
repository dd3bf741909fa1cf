import { expect, test } from 'vitest';
import type { Entity, Rec } from '@/api/types';
import { throughMove } from './moved';

const users = { verbs: ['edit'], actions: [{ name: 'move' }] } as unknown as Entity;
const ref = (id: string | null) => id && { id, title: id };
const of = (department: string | null, superior: string | null = null) => ({ id: '1', version: 1, department: ref(department), superior: ref(superior) }) as unknown as Rec;

test('only another department asks what follows it', () => {
  const left = (before: Rec, wanted: Rec) => throughMove.fields(users, before, wanted);
  expect(left(of('east'), of('north'))).toEqual(['department']);
  expect(left(of(null), of('north', 'huang'))).toEqual(['department', 'superior']);
  expect(left(of('east'), of('east', 'huang'))).toEqual([]);
  expect(left(of('east'), of(null))).toEqual([]);
  expect(throughMove.fields({ ...users, actions: [] }, of('east'), of('north'))).toEqual([]);
});
