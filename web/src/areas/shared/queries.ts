import { useQuery } from '@tanstack/react-query';
import { get } from '@/api/client';
import { listQuery, useEntity, type ListParams } from '@/api/hooks';
import type { Filter, Page, Rec, Ref } from '@/api/types';

/** The first records of a list with their number; follows changes like every list. */
export function useTop(entity: string, params: ListParams, count = true, enabled = true) {
  const known = useEntity(entity);
  return useQuery({
    queryKey: ['list', entity, 'top', params, count],
    queryFn: ({ signal }) => get<Page<Rec>>(`/${entity}`, { ...listQuery({ limit: 8, ...params }), count: count || undefined }, signal),
    enabled: enabled && Boolean(known),
  });
}

/** All records of a small entity: departments, roles, entries of a dictionary. */
export function useAll(entity: string, params: Omit<ListParams, 'limit'> = {}, enabled = true) {
  const known = useEntity(entity);
  return useQuery({
    queryKey: ['list', entity, 'whole', params],
    queryFn: async ({ signal }) => {
      const all: Rec[] = [];
      let cursor: string | null = null;
      do {
        const page: Page<Rec> = await get<Page<Rec>>(`/${entity}`, { ...listQuery({ ...params, limit: 200 }), cursor }, signal);
        all.push(...page.items);
        cursor = page.next;
      } while (cursor && all.length < 5000);
      return all;
    },
    enabled: enabled && Boolean(known),
  });
}

export interface Figure {
  group: (string | null)[];
  labels: (string | null)[];
  count: number;
}
export const useFigures = (entity: string, group: string, filter?: Filter | null, enabled = true) =>
  useQuery({
    queryKey: ['list', entity, 'figures', group, filter ?? null],
    queryFn: async ({ signal }) =>
      (await get<{ items: Figure[] }>(`/${entity}/aggregate`, { group, filter: filter ? JSON.stringify(filter) : undefined }, signal)).items,
    enabled,
  });

export const refOf = (value: unknown): Ref | null => (value && typeof value === 'object' && 'id' in value ? (value as Ref) : null);
export const textOf = (value: unknown): string => (value === null || value === undefined ? '' : String(value));
