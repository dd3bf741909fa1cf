import { describe, expect, it } from 'vitest';
import type { Rec } from '@/api/types';
import { both, complete, evaluate, leafCount, offered, parseFilter, toFilter, type Group } from './filter';

const group = (all: boolean, ...items: Group['items']): Group => ({ type: 'group', all, items });

describe('writing a filter', () => {
  it('drops what is still being typed', () => {
    expect(toFilter(group(true, { type: 'leaf', field: 'name', op: 'contains', value: '' }))).toBeNull();
    expect(toFilter(group(true, { type: 'leaf', field: 'a', op: 'between', value: ['1', null] }))).toBeNull();
    expect(toFilter(group(true, { type: 'leaf', field: 'a', op: 'in', value: [] }))).toBeNull();
  });
  it('uses the short form for equality and unwraps single parts', () => {
    expect(toFilter(group(true, { type: 'leaf', field: 'stage', op: 'eq', value: 'x' }))).toEqual({ stage: 'x' });
    expect(toFilter(group(false, { type: 'leaf', field: 'n', op: 'ge', value: '3' }))).toEqual({ n: { ge: '3' } });
  });
  it('nests groups', () => {
    const tree = group(
      true,
      { type: 'leaf', field: 'a', op: 'eq', value: '1' },
      group(false, { type: 'leaf', field: 'b', op: 'empty', value: false }, { type: 'leaf', field: 'owner', op: 'me', value: true }),
    );
    expect(toFilter(tree)).toEqual({ and: [{ a: '1' }, { or: [{ b: { empty: false } }, { owner: { me: true } }] }] });
  });
});

describe('reading a filter', () => {
  const filters = [
    { stage: 'x' },
    { and: [{ a: '1' }, { or: [{ b: { empty: true } }, { c: { in: ['x', 'y'] } }] }] },
    { 'owner.department': { under: '7' } },
    { or: [{ n: { between: ['1', '2'] } }, { at: { within: 'last_30_days' } }] },
    { flag: true },
  ];
  it.each(filters)('comes back the same: %j', (f) => expect(toFilter(parseFilter(f))).toEqual(f));
  it('takes several fields and several operators in one object', () => {
    expect(toFilter(parseFilter({ a: '1', b: { ge: '2', lt: '9' } }))).toEqual({
      and: [{ a: '1' }, { b: { ge: '2' } }, { b: { lt: '9' } }],
    });
    expect(leafCount(parseFilter({ a: '1', b: { ge: '2', lt: '9' } }))).toBe(3);
  });
  it('takes nothing for nothing', () => {
    expect(parseFilter(null).items).toEqual([]);
    expect(parseFilter('x').items).toEqual([]);
  });
  it('joins', () => {
    expect(both(null, {}, { a: '1' })).toEqual({ a: '1' });
    expect(both({ a: '1' }, { b: '2' })).toEqual({ and: [{ a: '1' }, { b: '2' }] });
  });
  it('knows a complete condition', () => expect(complete({ type: 'leaf', field: 'x', op: 'eq', value: false })).toBe(true));
});

describe('judging a record in the browser', () => {
  const ctx = { userId: '7', now: new Date('2026-05-12T08:00:00Z') };
  const r: Rec = {
    id: '1',
    version: '2',
    name: '靖江春意',
    n: '12',
    money: { amount: '100.50', currency: 'CNY' },
    owner: { id: '7', title: '张三' },
    pool: null,
    tags: ['a', 'b'],
    on: '2026-05-01',
    at: '2026-05-12T07:00:00Z',
    flag: false,
  };
  const cases: [object, boolean | null][] = [
    [{ name: '靖江春意' }, true],
    [{ name: { contains: '春意' } }, true],
    [{ name: { starts: '上海' } }, false],
    [{ n: { gt: '9' } }, true],
    [{ n: 12 }, true],
    [{ money: { le: 100.5 } }, true],
    [{ owner: { me: true } }, true],
    [{ owner: '7' }, true],
    [{ owner: { ne: '8' } }, true],
    [{ pool: { empty: true } }, true],
    [{ pool: { empty: false } }, false],
    [{ pool: null }, true],
    [{ tags: { in: ['b', 'c'] } }, true],
    [{ tags: { nin: ['c'] } }, true],
    [{ tags: 'a' }, true],
    [{ on: { between: ['2026-05-01', '2026-05-31'] } }, true],
    [{ at: { within: 'past' } }, true],
    [{ flag: false }, true],
    [{ 'owner.department': { under: '3' } }, null],
    [{ unknown: 1 }, null],
    [{ on: { within: 'this_month' } }, null],
    [{ and: [{ n: '12' }, { unknown: 1 }] }, null],
    [{ and: [{ n: '13' }, { unknown: 1 }] }, false],
    [{ or: [{ n: '12' }, { unknown: 1 }] }, true],
    [{ pool: { gt: 1 } }, false],
  ];
  it.each(cases)('%j → %s', (f, expected) => expect(evaluate(f as never, r, ctx)).toBe(expected));
  it('offers an action unless it is sure', () => {
    expect(offered({ unknown: 1 }, r, ctx)).toBe(true);
    expect(offered({ n: '13' }, r, ctx)).toBe(false);
    expect(offered(null, r, ctx)).toBe(true);
  });
});
