import { act, renderHook } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '@/api/errors';
import type { Entity, Field, Problem, Rec } from '@/api/types';

const me = { user: { id: '7', name: '李芳', version: 1 } };
const meta = { entities: {} };
const patch = vi.fn();
const post = vi.fn();
vi.mock('@/api/client', () => ({ patch: (...a: unknown[]) => patch(...a), post: (...a: unknown[]) => post(...a) }));
vi.mock('@/api/hooks', () => ({ useMe: () => me, useMeta: () => meta, recordWritten: () => {} }));
let profiles: Rec[] = [];
vi.mock('@/areas/shared/queries', async (original) => ({ ...(await original<object>()), textOf: (v: unknown) => String(v ?? ''), useAll: () => ({ data: profiles }) }));
const openAction = vi.fn();
vi.mock('./openForm', () => ({ openAction: (request: unknown) => openAction(request) }));
const { useRecordForm } = await import('./useRecordForm');

const field = (name: string, more: Partial<Field> = {}): Field => ({ name, label: name, kind: 'text', access: 'write', ...more });
const entity = {
  name: 'customer',
  owner: 'owner',
  fields: [field('name'), field('phone'), field('owner', { kind: 'reference', target: 'users' })],
} as unknown as Entity;
const record: Rec = { id: '1', version: '3', name: '春意', phone: '1', owner: { id: '7', title: '李芳' } };
const stale = (current: Rec) => new ApiError(412, { code: 'stale', detail: '已被修改', status: 412, current } as Problem);

describe('the form of a record', () => {
  beforeEach(() => {
    patch.mockReset();
    post.mockReset();
    profiles = [];
  });

  it('begins a new record with whoever enters it as its owner, and sends an emptied owner as empty', async () => {
    post.mockResolvedValue({ id: '2', version: '1' });
    const { result } = renderHook(() => useRecordForm({ entityName: 'customers', entity }));
    expect(result.current.values.owner).toEqual({ id: '7', title: '李芳' });
    expect(result.current.dirty).toBe(false);
    act(() => {
      result.current.set('name', '新客户');
      result.current.set('owner', null);
    });
    await act(() => result.current.submit());
    expect(post).toHaveBeenCalledWith('/customers', { name: '新客户', owner: null });
  });

  // LEA-02
  it('stars each telephone of a lead until one of them is filled in', async () => {
    const lead = { ...entity, name: 'lead', fields: [field('name'), field('mobile'), field('phone')] } as unknown as Entity;
    const { result } = renderHook(() => useRecordForm({ entityName: 'leads', entity: lead }));
    const starred = () => result.current.fields.filter((f) => f.required).map((f) => f.name);
    expect(starred()).toEqual(['mobile', 'phone']);
    await act(() => result.current.submit());
    expect(result.current.errors).toEqual({ mobile: 'mobile、phone至少填写一项', phone: 'mobile、phone至少填写一项' });
    act(() => result.current.set('phone', '0523-84680001'));
    expect(result.current.errors).toEqual({});
    expect(starred()).toEqual(['phone']);
    post.mockResolvedValue({ id: '2', version: '1' });
    await act(() => result.current.submit());
    expect(post).toHaveBeenCalledWith('/leads', { phone: '0523-84680001' });
  });

  it('puts its changes on top of what others changed in other fields', async () => {
    patch.mockRejectedValueOnce(stale({ ...record, version: '4', phone: '2' })).mockResolvedValueOnce({ ...record, version: '5' });
    const { result } = renderHook(() => useRecordForm({ entityName: 'customers', entity, record }));
    act(() => result.current.set('name', '春意空调'));
    await act(() => result.current.submit());
    expect(patch.mock.calls.map((call) => [call[1], call[2]])).toEqual([
      [{ name: '春意空调' }, '3'],
      [{ name: '春意空调' }, '4'],
    ]);
    expect(result.current.conflict).toBeNull();
  });

  it('looks at the fields of one step alone, and sends nothing for it', () => {
    const steps = { ...entity, fields: [field('name', { required: true }), field('phone', { required: true })] } as unknown as Entity;
    const { result } = renderHook(() => useRecordForm({ entityName: 'customers', entity: steps }));
    const check = (names: string[]) => {
      let fine = false;
      act(() => {
        fine = result.current.check(names);
      });
      return fine;
    };
    expect(check(['name'])).toBe(false);
    expect(Object.keys(result.current.errors)).toEqual(['name']);
    act(() => result.current.set('name', '春意'));
    expect(check(['name'])).toBe(true);
    expect(check(['phone'])).toBe(false);
    expect(post).not.toHaveBeenCalled();
  });

  // ORG-35
  it('leaves what was edited to the action that another field needs, and stays as it is where that is given up', async () => {
    const department = field('department', { kind: 'reference', target: 'departments' });
    const users = { ...entity, verbs: ['edit'], actions: [{ name: 'move' }], fields: [field('name'), field('phone'), department] } as unknown as Entity;
    const before = { ...record, department: { id: '1', title: '一部' } };
    const { result } = renderHook(() => useRecordForm({ entityName: 'users', entity: users, record: before }));
    act(() => {
      result.current.set('phone', '2');
      result.current.set('department', { id: '2', title: '二部' });
    });
    openAction.mockImplementationOnce((asked) => asked.onLeft());
    expect(await act(() => result.current.submit())).toBeNull();
    expect(result.current.values.phone).toBe('2');
    const moved = { ...before, version: '4' };
    openAction.mockImplementationOnce((asked) => asked.onDone(moved));
    expect(await act(() => result.current.submit())).toBe(moved);
    expect(openAction.mock.lastCall![0]).toMatchObject({ edit: { phone: '2' }, given: { department: { id: '2' } } });
    expect(patch).not.toHaveBeenCalled();
  });

  it('asks where both changed the same field', async () => {
    patch.mockRejectedValueOnce(stale({ ...record, version: '4', name: '春意机械' }));
    const { result } = renderHook(() => useRecordForm({ entityName: 'customers', entity, record }));
    act(() => result.current.set('name', '春意空调'));
    await act(() => result.current.submit());
    expect(patch).toHaveBeenCalledTimes(1);
    expect(result.current.conflict?.fields).toEqual(['name']);
  });

  it('asks for what a set of compulsory fields wants of such a record, before it is sent', async () => {
    profiles = [{ id: '9', version: '1', entity: 'customer', kinds: ['person'], lifecycles: [], classes: [], required_fields: 'phone\uFF0Cname' }];
    const kinds = { ...entity, fields: [...entity.fields, field('kind', { kind: 'choice', default: 'company' })] } as Entity;
    const { result } = renderHook(() => useRecordForm({ entityName: 'customers', entity: kinds }));
    const marked = () => result.current.fields.filter((f) => f.required).map((f) => f.name);
    expect(marked()).toEqual([]);
    act(() => result.current.set('kind', 'person'));
    expect(marked()).toEqual(['name', 'phone']);
    await act(() => result.current.submit());
    expect(Object.keys(result.current.errors)).toEqual(['name', 'phone']);
    expect(post).not.toHaveBeenCalled();
  });

  it('lets a gap that was there before stand while something else is changed, as the server does', async () => {
    profiles = [{ id: '9', version: '1', entity: 'customer', kinds: [], lifecycles: [], classes: [], required_fields: 'phone' }];
    patch.mockResolvedValue({ ...record, version: '4' });
    const old = { ...record, phone: null };
    const { result } = renderHook(() => useRecordForm({ entityName: 'customers', entity, record: old }));
    act(() => result.current.set('name', '春意空调'));
    await act(() => result.current.submit());
    expect(patch).toHaveBeenCalledTimes(1);
    const full = renderHook(() => useRecordForm({ entityName: 'customers', entity, record })).result;
    act(() => full.current.set('phone', ''));
    await act(() => full.current.submit());
    expect(Object.keys(full.current.errors)).toEqual(['phone']);
  });
});
