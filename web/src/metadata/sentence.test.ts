import { describe, expect, it } from 'vitest';
import type { Entity } from '@/api/types';
import { sayFilter } from './sentence';

const field = (name: string, label: string, kind: string, more = {}) => ({ name, label, kind, ...more });
const entity = {
  fields: [
    field('name', '客户名称', 'text'),
    field('star', '星级', 'integer'),
    field('source', '来源', 'choice', { choices: [{ value: 'web', label: '官网' }] }),
  ],
} as unknown as Entity;

describe('a filter in words', () => {
  it('names the field, the operator and the value', () => {
    expect(sayFilter(entity, { name: { contains: '春意' } })).toBe('客户名称 包含 春意');
  });
  it('says the label of an option, not its code', () => {
    expect(sayFilter(entity, { source: { in: ['web'] } })).toBe('来源 属于 官网');
  });
  it('joins conditions, groups in brackets', () => {
    const filter = { and: [{ name: { starts: '春' } }, { or: [{ star: 3 }, { source: { empty: true } }] }] };
    expect(sayFilter(entity, filter)).toBe('客户名称 开头是 春，且（星级 等于 3 或 来源 为空）');
  });
  it('is empty without conditions', () => {
    expect(sayFilter(entity, null)).toBe('');
  });
});
