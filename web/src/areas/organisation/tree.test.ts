import { describe, expect, it } from 'vitest';
import type { Rec } from '@/api/types';
import { flat, forest, within } from './tree';

const rec = (id: string, name: string, parent: string | null, position: number): Rec => ({
  id,
  version: '1',
  name,
  parent: parent && { id: parent, title: '' },
  position: String(position),
});

describe('the tree of departments', () => {
  const branches = forest([rec('3', 'East', '2', 2), rec('1', 'Company', null, 0), rec('2', 'Sales', '1', 1), rec('4', 'Lost', '9', 5), rec('5', 'North', '2', 1)]);
  it('stands in the order of positions, strays at the top', () => {
    expect(flat(branches).map(({ branch, depth }) => `${depth}${branch.name}`)).toEqual(['0Company', '1Sales', '2North', '2East', '0Lost']);
  });
  it('knows what is below what', () => {
    expect(within(branches[0], '3')).toBe(true);
    expect(within(branches[1], '3')).toBe(false);
  });
});
