import type { Rec } from '@/api/types';
import { refOf, textOf } from '../shared/queries';

export interface Branch {
  id: string;
  name: string;
  record: Rec;
  children: Branch[];
}

/** Records with a parent as a forest, in their order; one whose parent cannot be seen stands at the top. */
export function forest(records: Rec[]): Branch[] {
  const all = new Map<string, Branch>(records.map((r) => [r.id, { id: r.id, name: textOf(r.name), record: r, children: [] }]));
  const top: Branch[] = [];
  for (const b of all.values()) (all.get(refOf(b.record.parent)?.id ?? '')?.children ?? top).push(b);
  const place = (b: Branch) => Number(b.record.position ?? 0);
  const order = (list: Branch[]) => {
    list.sort((a, b) => place(a) - place(b) || a.name.localeCompare(b.name, 'zh-CN'));
    for (const b of list) order(b.children);
  };
  order(top);
  return top;
}

export const flat = (list: Branch[], depth = 0): { branch: Branch; depth: number }[] =>
  list.flatMap((branch) => [{ branch, depth }, ...flat(branch.children, depth + 1)]);

export const within = (branch: Branch, id: string): boolean => branch.id === id || branch.children.some((c) => within(c, id));
