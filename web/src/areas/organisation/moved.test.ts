import { expect, test } from 'vitest';
import type { Rec } from '@/api/types';
import { changedDepartment } from './moved';

const of = (department: string | null) => ({ id: '1', version: 1, department: department && { id: department, title: department } }) as unknown as Rec;

test('only another department asks what follows it', () => {
  expect(changedDepartment(of('east'), of('north'))).toEqual({ id: 'north', title: 'north' });
  expect(changedDepartment(of(null), of('north'))?.id).toBe('north');
  expect(changedDepartment(of('east'), of('east'))).toBeNull();
  expect(changedDepartment(of('east'), of(null))).toBeNull();
});
