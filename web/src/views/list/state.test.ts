import { describe, expect, it } from 'vitest';
import type { Entity } from '@/api/types';
import { knownSort } from './state';

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
