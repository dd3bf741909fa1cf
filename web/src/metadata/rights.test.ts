import { describe, expect, it } from 'vitest';
import type { Action, Entity, Rec } from '@/api/types';
import { can } from './fields';
import { mayOn, offersOn } from './rights';

const action = (name: string, when?: Action['when']): Action => ({ name, label: name, on: 'record', when });
const entity = {
  name: 'customer',
  verbs: ['see', 'edit'],
  actions: [action('claim', { owner: { empty: true } }), action('release'), { ...action('check'), on: 'collection' }],
} as unknown as Entity;
const record = (more: Partial<Rec>): Rec => ({ id: '1', version: 1, owner: null, ...more });
const who = '7';

describe('what a page offers for a record', () => {
  it('is what the server said of this record', () => {
    const r = record({ _can: { verbs: [], actions: { claim: '三天后才能领取' } } });
    expect(mayOn(entity, r, 'edit')).toBe(false);
    expect(offersOn(entity, r, who).map((o) => [o.action.name, o.whyNot])).toEqual([['claim', '三天后才能领取']]);
  });
  it('falls back on the rights of the entity where the record came from a list', () => {
    expect(mayOn(entity, record({}), 'edit')).toBe(true);
    expect(offersOn(entity, record({ owner: { id: '7', title: '' } }), who).map((o) => o.action.name)).toEqual(['release']);
  });
  it('offers to make a record only where there is something to fill in', () => {
    const report = (access: string) => ({ verbs: ['create'], fields: [{ kind: 'text', access }] }) as unknown as Entity;
    expect([can(report('read'), 'create'), can(report('write'), 'create')]).toEqual([false, true]);
  });
});
