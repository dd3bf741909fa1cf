import { useEffect, useSyncExternalStore } from 'react';

/** 省 / 市 / 区县 by GB/T 2260 code; the table is its own chunk and is fetched at the first need. */
export type Division = [code: string, name: string, below?: Division[]];
let table: Division[] | null = null;
let loading: Promise<Division[]> | null = null;
const names = new Map<string, string[]>();
const listeners = new Set<() => void>();

export function loadDivisions(): Promise<Division[]> {
  loading ??= import('./divisions.json').then(
    (module) => {
      table = module.default as unknown as Division[];
      const walk = (list: Division[], above: string[]) => {
        for (const [code, name, below] of list) {
          const path = [...above, name];
          names.set(code, path);
          if (below) walk(below, path);
        }
      };
      walk(table, []);
      for (const listener of listeners) listener();
      return table;
    },
    (error) => {
      loading = null;
      throw error;
    },
  );
  return loading;
}

export function useDivisions(wanted: boolean): Division[] | null {
  useEffect(() => {
    if (wanted) void loadDivisions();
  }, [wanted]);
  return useSyncExternalStore(
    (fn) => {
      listeners.add(fn);
      return () => listeners.delete(fn);
    },
    () => table,
  );
}

/** 江苏省无锡市江阴市; 市辖区 and the like say nothing and are left out. */
export function regionName(code: string): string {
  const path = names.get(code);
  return path ? path.filter((n) => !/^(市辖区|县|省直辖县级行政区划|自治区直辖县级行政区划)$/.test(n)).join('') : code;
}

/** The codes from the province down to `code`, as a cascader wants them. */
export function codePath(code: string): string[] {
  const province = `${code.slice(0, 2)}0000`;
  const city = `${code.slice(0, 4)}00`;
  return [...new Set([province, city, code])];
}
