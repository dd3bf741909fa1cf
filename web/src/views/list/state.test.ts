import { describe, expect, it } from 'vitest';
import type { Entity } from '@/api/types';
import { askable } from '@/metadata/filter';
import { knownSort, mayAsk } from './state';

describe('the order of a view', () => {
  it('leaves out what this reader may not sort by', () => {
    const entity = {
      fields: [
        { name: 'name', sortable: true },
        { name: 'mobile', sortable: false, access: 'masked' },
      ],
    } as unknown as Entity;
    expect(knownSort(entity, '-mobile,name,gone')).toBe('name');
    expect(knownSort(entity, '')).toBe('');
  });
});

describe('the conditions of a view', () => {
  const users = { fields: [{ name: 'department', operators: ['eq'] }, { name: 'mobile', operators: [] }] } as unknown as Entity;
  const customers = {
    fields: [
      { name: 'star', operators: ['eq'] },
      { name: 'mobile', access: 'masked', operators: [] },
      { name: 'owner', target: 'users', operators: ['eq'] },
    ],
  } as unknown as Entity;
  const may = (path: string) => mayAsk({ users, customers }, customers, path);

  it('ask of what this reader may read, also at the end of a reference', () => {
    for (const path of ['star', 'owner', 'owner.department', 'id']) expect(may(path), path).toBe(true);
    for (const path of ['mobile', 'gone', 'owner.mobile', 'owner.department.name', 'star.gone']) expect(may(path), path).toBe(false);
  });
  it('are left out where they may not be asked, and named', () => {
    const view = { and: [{ star: 3 }, { or: [{ mobile: '138' }, { gone: { empty: true } }] }], owner: { me: true } };
    expect(askable(view, may)).toEqual({ filter: { and: [{ star: 3 }], owner: { me: true } }, left: ['mobile', 'gone'] });
    expect(askable({ mobile: '138' }, may)).toEqual({ filter: null, left: ['mobile'] });
    const whole = { star: { ge: 3 } };
    expect(askable(whole, may).filter).toBe(whole);
  });
});
