import { describe, expect, it } from 'vitest';
import type { Field, FieldKind } from '@/api/types';
import { checkParts, checkValue, formatValue, kindOf, operatorsOf, sameValue, writeValue } from './kind';
import { compareLines } from './lines/rows';
import { codePath, loadDivisions, regionName } from './region/divisions';
import { fieldKinds } from './registry';

const field = (kind: FieldKind, over: Partial<Field> = {}): Field => ({ name: 'f', label: '字段', kind, access: 'write', ...over });
const choices = [
  { value: 'a', label: '甲', color: 'red' },
  { value: 'b', label: '乙' },
];

describe('formats', () => {
  const cases: [Field, unknown, string][] = [
    [field('text'), '文字', '文字'],
    [field('integer'), '1234567', '1,234,567'],
    [field('integer'), '12345678901234567890', '12,345,678,901,234,567,890'],
    [field('decimal'), '-1234.50', '-1,234.50'],
    [field('percent'), '12.5', '12.5%'],
    [field('percent', { decimals: 2 }), '12.5', '12.50%'],
    [field('decimal', { decimals: 2 }), '1234', '1,234.00'],
    [field('money', { decimals: 2 }), { amount: '1234.5', currency: 'CNY' }, '¥1,234.50'],
    [field('money'), { amount: '-99999999999999999.99', currency: 'USD' }, '-US$99,999,999,999,999,999.99'],
    [field('boolean'), false, '否'],
    [field('date'), '2026-05-12', '2026-05-12'],
    [field('datetime'), '2026-05-12T18:30:00.000Z', '2026-05-13 02:30'],
    [field('choice', { choices }), 'a', '甲'],
    [field('choice', { choices }), 'gone', 'gone'],
    [field('choices', { choices }), ['a', 'b'], '甲、乙'],
    [field('reference'), { id: '1', title: '张三' }, '张三'],
    [field('reference'), { id: '1', title: null }, '（无权查看）'],
    [field('phone'), '138****0000', '138****0000'],
    [field('formula', { result: 'money' }), { amount: '5', currency: 'CNY' }, '¥5.00'],
    [field('money'), null, ''],
    [field('integer', { stars: true, range: [1, 5] }), 3, '★★★☆☆'],
    [field('integer', { stars: true, range: [1, 5] }), null, ''],
    [field('integer', { stars: true, range: [1, 5] }), '很多星', '很多星'],
    [field('integer', { stars: true, range: [1, 5] }), '9', '9'],
  ];
  it.each(cases)('%#', (f, value, text) => expect(formatValue(value, f)).toBe(text));
  it('knows regions once the table is there', async () => {
    await loadDivisions();
    expect(regionName('310115')).toBe('上海市浦东新区');
    expect(regionName('320282')).toBe('江苏省无锡市宜兴市');
    expect(regionName('320000')).toBe('江苏省');
    expect(regionName('999999')).toBe('999999');
    expect(codePath('320282')).toEqual(['320000', '320200', '320282']);
  });
});

describe('what is sent', () => {
  it('is an id for a reference, null for nothing', () => {
    expect(writeValue({ id: '7', title: 'x' }, field('reference'))).toBe('7');
    expect(writeValue('  ', field('text'))).toBeNull();
    expect(writeValue(' a ', field('text'))).toBe('a');
    expect(writeValue({ amount: '', currency: 'CNY' }, field('money'))).toBeNull();
    expect(writeValue({ entity: 'x', id: '1', title: 't' }, field('any_reference'))).toEqual({ entity: 'x', id: '1' });
    expect(writeValue(null, field('choices'))).toEqual([]);
  });
  it('adds what people leave out of an address, as imports do', () => {
    expect(writeValue(' www.a.cn ', field('url'))).toBe('http://www.a.cn');
    expect(writeValue('https://a.cn', field('url'))).toBe('https://a.cn');
    expect(writeValue('', field('url'))).toBeNull();
  });
  it('does not mistake a title for a change', () => expect(sameValue({ id: '7', title: 'x' }, '7', field('reference'))).toBe(true));
});

describe('rules', () => {
  const wrong: [Field, unknown][] = [
    [field('text', { required: true }), ' '.trim()],
    [field('text', { max: 2 }), '三个字'],
    [field('integer'), '1.5'],
    [field('decimal', { decimals: 1 }), '1.25'],
    [field('money', { required: true }), null],
    [field('money', { decimals: 2 }), { amount: '1.234', currency: 'CNY' }],
    [field('email'), 'a@b'],
    [field('phone'), 'abc'],
    [field('url'), '没有网站'],
  ];
  it.each(wrong)('refuses %#', (f, value) => expect(checkValue(value, f)).not.toBeNull());
  const right: [Field, unknown][] = [
    [field('text'), null],
    [field('integer'), '-12'],
    [field('email'), 'a@b.cn'],
    [field('phone'), '0510-8123 4567 转 12'],
    [field('url'), 'https://a.cn'],
    [field('url'), 'www.a.cn/shop'],
    [field('serial', { required: true }), null],
    [field('money'), { amount: '1.20', currency: 'CNY' }],
  ];
  it.each(right)('accepts %#', (f, value) => expect(checkValue(value, f)).toBeNull());
});

describe('lines', () => {
  const columns = [field('text', { name: 'item', label: '品名', required: true }), field('integer', { name: 'n', label: '数量' })];
  const f = field('lines', { columns });
  it('are sent row by row, without the blank ones at the end', () => {
    expect(writeValue([{ id: '7', item: ' a ', n: '' }, { item: 'b', n: '2' }, {}], f)).toEqual([
      { id: '7', item: 'a', n: null },
      { item: 'b', n: '2' },
    ]);
    expect(writeValue(null, f)).toEqual([]);
    expect(formatValue([{ item: 'a' }], f)).toBe('1 行');
  });
  it('name what is wrong by row and column', () =>
    expect(checkParts([{ item: 'a', n: 'x' }, { item: '', n: '1' }], f)).toEqual({ 'f[0].n': '请输入整数', 'f[1].item': '请填写品名' }));
  it('are compared line by line', () => {
    const old = [
      { id: '1', item: 'a', n: '1' },
      { id: '2', item: 'b' },
      { id: '3', item: 'c' },
    ];
    const { changes, moved } = compareLines(old, [{ id: '3', item: 'c' }, { id: '1', item: 'a', n: '2' }, { id: '4', item: 'd' }], f);
    expect(changes.map((c) => [c.what, c.place, c.columns.map((x) => x.name).join()])).toEqual([
      ['changed', 2, 'n'],
      ['added', 3, 'item'],
      ['removed', 2, 'item'],
    ]);
    expect(moved).toBe(true);
  });
});

describe('kinds', () => {
  it('all can show, ask and filter', () => {
    for (const [kind, spec] of Object.entries(fieldKinds)) {
      for (const part of ['Cell', 'Input', 'Filter', 'format', 'rules', 'write'] as const)
        expect(spec[part], `${kind}.${part}`).toBeTruthy();
      // Of lines nothing is asked.
      if (kind !== 'lines') expect(spec.operators.length, kind).toBeGreaterThan(0);
    }
  });
  it('are none for what is shown masked', () => {
    expect(operatorsOf(field('file', { access: 'masked', operators: [] }))).toEqual([]);
    expect(operatorsOf(field('phone', { access: 'masked' }))).toEqual([]);
  });
  it('take the operators the server allows', () => {
    expect(operatorsOf(field('text', { operators: ['eq', 'contains'] }))).toEqual(['contains', 'eq']);
    expect(kindOf(field('roll_up', { result: 'integer' })).numeric).toBe(true);
  });
});
