import { areas } from './dict/areas';
import { core } from './dict/core';
import { history } from './dict/history';
import { imports } from './dict/imports';
import { list } from './dict/list';
import { record } from './dict/record';
import { session } from './dict/session';
import { currentLang } from './lang';

/** Each dictionary file holds both languages; `en` must have every key of `zh` or the file does not compile. */
export const zh = { ...core.zh, ...session.zh, ...list.zh, ...record.zh, ...history.zh, ...imports.zh, ...areas.zh };
export const en: Record<keyof typeof zh, string> = {
  ...core.en,
  ...session.en,
  ...list.en,
  ...record.en,
  ...history.en,
  ...imports.en,
  ...areas.en,
};
export type Key = keyof typeof zh;

type Params = Record<string, string | number>;
/** `{n}` is the value; `{n|day|days}` is the word that goes with one of it, or with any other number. */
const fill = (text: string, params?: Params) =>
  params
    ? text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (whole, name: string, one?: string, many?: string) =>
        !(name in params) ? whole : one === undefined ? String(params[name]) : String(Number(params[name]) === 1 ? one : many),
      )
    : text;

export const t = (key: Key, params?: Params): string => fill((currentLang() === 'en' ? en : zh)[key] ?? key, params);
/** Texts that travel with a lazy page instead of the first load. */
export const translator =
  <K extends string>(dict: { zh: Record<K, string>; en: Record<K, string> }) =>
  (key: K, params?: Params): string =>
    fill((currentLang() === 'en' ? dict.en : dict.zh)[key] ?? key, params);
