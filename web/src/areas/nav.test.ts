import { describe, expect, test } from 'vitest';
import type { Entity, Me, Meta } from '@/api/types';
import { listed, navPages } from '.';

const entity = (rights_from: Entity['rights_from'], verbs: string[]) => ({ rights_from, verbs, fields: [] }) as unknown as Entity;
const me = { administrator: 'none', leads: false } as Me;
const pages = (entities: Record<string, Entity>) =>
  navPages.filter((p) => !p.when || p.when(me, { areas: [], entities } as unknown as Meta)).map((p) => p.to);

describe('the menu follows the role', () => {
  test('what others set up is no entry for those who only look at it', () => {
    const meta = (verbs: string[]) => ({ entities: { 'lead-rules': entity('administration', verbs) } }) as unknown as Meta;
    expect(listed(['lead-rules'], meta(['see']))).toEqual([]);
    expect(listed(['lead-rules'], meta(['see', 'edit']))).toEqual(['lead-rules']);
  });

  test('the pool is for those who see customers', () => {
    const pools = entity('administration', ['see']);
    expect(pages({ pools })).not.toContain('/pools');
    expect(pages({ pools, customers: entity('roles', ['see']) })).toContain('/pools');
  });

  test('the record of imports is for those who import for the company', () => {
    expect(pages({ 'address-book': entity('owner', ['see', 'import']), customers: entity('roles', ['see']) })).not.toContain('/imports');
    expect(pages({ customers: entity('roles', ['see', 'import']) })).toContain('/imports');
  });
});

test('an information manager is led to words and templates, not to accounts', () => {
  const meta = { entities: { 'dictionary-entries': entity('administration', ['see', 'edit']), 'field-profiles': entity('administration', ['see', 'edit']) } } as unknown as Meta;
  const shown = (administrator: Me['administrator']) => navPages.filter((p) => p.when?.({ ...me, administrator }, meta)).map((p) => p.to);
  expect(shown('information')).toEqual(expect.arrayContaining(['/admin/dictionaries', '/admin/profiles', '/e/users']));
  for (const page of ['/admin/people', '/admin/users', '/admin/roles', '/admin/explain']) {
    expect(shown('information')).not.toContain(page);
    expect(shown('full')).toContain(page);
  }
});
