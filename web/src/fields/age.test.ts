import { expect, it } from 'vitest';
import { ageOf } from './age';

it('turns a year older on the birthday, not before', () => {
  expect(ageOf('1990-05-02', '2026-05-01')).toBe(35);
  expect(ageOf('1990-05-02', '2026-05-02')).toBe(36);
  expect(ageOf('1990-05-02', '2026-12-01')).toBe(36);
});

it('gives no age to the unborn and to what is no date', () => {
  expect(ageOf('2030-01-01', '2026-05-01')).toBeNull();
  expect(ageOf('', '2026-05-01')).toBeNull();
  expect(ageOf('****', '2026-05-01')).toBeNull();
});
