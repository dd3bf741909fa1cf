import { useSyncExternalStore } from 'react';

export type ThemeChoice = 'system' | 'light' | 'dark';
export type Density = 'default' | 'comfortable' | 'dense';

const listeners = new Set<() => void>();
const media = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : null;
const read = (key: string) => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};
const write = (key: string, value: string) => {
  try {
    localStorage.setItem(key, value);
  } catch {
    /* private mode */
  }
};

let choice = (read('guanxi.theme') ?? 'system') as ThemeChoice;
let density = (read('guanxi.density') ?? 'default') as Density;

export const isDark = () => (choice === 'system' ? Boolean(media?.matches) : choice === 'dark');

export function applyTheme() {
  document.documentElement.dataset.theme = isDark() ? 'dark' : 'light';
  document.documentElement.dataset.density = density;
  for (const listener of listeners) listener();
}
media?.addEventListener?.('change', applyTheme);

export function setTheme(next: ThemeChoice) {
  choice = next;
  write('guanxi.theme', next);
  applyTheme();
}
export function setDensity(next: Density) {
  density = next;
  write('guanxi.density', next);
  applyTheme();
}
export const themeChoice = () => choice;

const subscribe = (fn: () => void) => {
  listeners.add(fn);
  return () => listeners.delete(fn);
};
export const useDark = () => useSyncExternalStore(subscribe, isDark);
export const useThemeChoice = () => useSyncExternalStore(subscribe, () => choice);
export const useDensity = () => useSyncExternalStore(subscribe, () => density);
export const rowHeight = (d: Density) => (d === 'comfortable' ? 44 : d === 'dense' ? 32 : 36);
