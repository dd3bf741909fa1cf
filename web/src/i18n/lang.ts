import { useSyncExternalStore } from 'react';

export type Lang = 'zh-CN' | 'en';
const listeners = new Set<() => void>();
const stored = () => {
  try {
    return localStorage.getItem('guanxi.lang');
  } catch {
    return null;
  }
};
let lang: Lang = stored() === 'en' ? 'en' : 'zh-CN';

export const currentLang = () => lang;
export function setLang(next: Lang) {
  if (next === lang) return;
  lang = next;
  try {
    localStorage.setItem('guanxi.lang', next);
  } catch {
    /* private mode */
  }
  document.documentElement.lang = next;
  for (const listener of listeners) listener();
}
export const useLang = () =>
  useSyncExternalStore((fn) => {
    listeners.add(fn);
    return () => listeners.delete(fn);
  }, currentLang);
