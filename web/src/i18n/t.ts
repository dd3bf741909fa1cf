import { core } from './dict/core';
import { history } from './dict/history';
import { imports } from './dict/imports';
import { list } from './dict/list';
import { record } from './dict/record';
import { session } from './dict/session';
import { currentLang } from './lang';

/** Each dictionary file holds both languages; `en` must have every key of `zh` or the file does not compile. */
export const zh = { ...core.zh, ...session.zh, ...list.zh, ...record.zh, ...history.zh, ...imports.zh };
export const en: Record<keyof typeof zh, string> = { ...core.en, ...session.en, ...list.en, ...record.en, ...history.en, ...imports.en };
export type Key = keyof typeof zh;

export function t(key: Key, params?: Record<string, string | number>): string {
  const text = (currentLang() === 'en' ? en : zh)[key] ?? key;
  return params ? text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole)) : text;
}
