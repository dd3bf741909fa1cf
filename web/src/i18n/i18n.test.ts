import { describe, expect, it } from 'vitest';
import { setLang } from './lang';
import { en, t, zh } from './t';

const sources = import.meta.glob<string>('/src/**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true });
const files = Object.entries(sources).filter(([name]) => !name.includes('.test.'));

describe('the dictionaries', () => {
  it('have the same keys and no empty text', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
    for (const [key, text] of Object.entries(en)) expect(/[\u4e00-\u9fff]/.test(text), key).toBe(false);
    for (const [key, text] of [...Object.entries(zh), ...Object.entries(en)]) expect(text.trim(), key).not.toBe('');
  });
  it('name the same parameters', () => {
    const params = (s: string) =>
      [...s.matchAll(/\{(\w+)\}/g)]
        .map((m) => m[1])
        .sort()
        .join();
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) expect(params(en[key]), key).toBe(params(zh[key]));
  });
  it('speak the chosen language', () => {
    setLang('en');
    expect(t('list.total', { n: 3 })).toBe('3 in all');
    setLang('zh-CN');
    expect(t('list.total', { n: 3 })).toBe('共 3 条');
  });
  it('hold every Chinese word of the interface', () => {
    const strip = (s: string) => s.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
    // Names of the languages, parts of patterns, and what is said when nothing else can be loaded.
    const allowed = /dict\/|divisions\.ts|rules\.ts|TopBar|SessionFrame|client\.ts/;
    const found = files.filter(([name, text]) => !allowed.test(name) && /[\u4e00-\u9fff]/.test(strip(text))).map(([name]) => name);
    expect(found).toEqual([]);
  });
  it('views and fields name no entity', () => {
    const found = files
      .filter(
        ([name, text]) =>
          /^\/src\/(views|fields)\//.test(name) && /['"`/](customers|contacts|leads|opportunities|follow-ups)['"`/]/.test(text),
      )
      .map(([name]) => name);
    expect(found).toEqual([]);
  });
});
