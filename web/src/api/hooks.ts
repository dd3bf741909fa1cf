import { QueryClient, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { currentLang, useLang } from '@/i18n/lang';
import { get, patch, request, setCsrf, type QueryValue } from './client';
import { ApiError } from './errors';
import type { Entity, Filter, Me, Meta, Page, Rec } from './types';
import { completeMeta } from '@/metadata/complete';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 20_000,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 502),
    },
  },
});

export const fetchMe = async (): Promise<Me> => {
  const me = await request<Me>('GET', '/me', { anonymous: true });
  setCsrf(me.csrf);
  return me;
};
export const meQuery = { queryKey: ['me'], queryFn: fetchMe, staleTime: 5 * 60_000 } as const;
let lastMeta: Meta | undefined;
export const metaQuery = () => ({
  queryKey: ['meta', currentLang()],
  queryFn: async () => (lastMeta = completeMeta(await get<Meta>('/meta'))),
  staleTime: Infinity,
});

/** Inside the shell both are loaded before anything is drawn. */
export function useMe(): Me {
  return useQuery(meQuery).data as Me;
}
export function useMeta(): Meta {
  useLang();
  // While the catalog comes in another language, the one at hand stays on screen.
  return (useQuery(metaQuery()).data ?? lastMeta) as Meta;
}
export function useEntity(entity: string): Entity | undefined {
  return useMeta()?.entities[entity];
}
export const cachedMeta = () => queryClient.getQueryData<Meta>(['meta', currentLang()]) ?? lastMeta;
export const cachedMe = () => queryClient.getQueryData<Me>(['me']);

export interface ListParams {
  filter?: Filter | null;
  q?: string;
  sort?: string;
  fields?: string[];
  bin?: boolean;
  limit?: number;
}
export const listQuery = (p: ListParams): Record<string, QueryValue> => ({
  filter: p.filter && Object.keys(p.filter).length ? JSON.stringify(p.filter) : undefined,
  q: p.q || undefined,
  sort: p.sort || undefined,
  fields: p.fields?.join(','),
  bin: p.bin || undefined,
  limit: p.limit,
});

/** The pages of a list, one after the other. */
export const useCursor = <P extends { next?: string | null }>(queryKey: unknown[], path: string, query: Record<string, QueryValue> = {}) =>
  useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => get<P>(path, { ...query, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next ?? null,
  });

export const useRecords = (entity: string, params: ListParams, enabled = true) =>
  useInfiniteQuery({
    queryKey: ['list', entity, params],
    queryFn: ({ pageParam, signal }) =>
      // Who goes on reads far, or jumps: fewer and larger pages from there on.
      get<Page<Rec>>(`/${entity}`, { ...listQuery({ limit: pageParam ? 200 : 100, ...params }), cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (previous, query) => (query?.queryKey[1] === entity ? previous : undefined),
    enabled,
  });

export const useCount = (entity: string, params: ListParams, mode: 'no' | 'true' | 'exact') =>
  useQuery({
    queryKey: ['list', entity, 'count', params, mode],
    queryFn: async ({ signal }) =>
      (await get<Page<Rec>>(`/${entity}`, { ...listQuery({ ...params, fields: ['id'], limit: 1 }), count: mode }, signal)).count ?? null,
    enabled: mode !== 'no',
  });

/** A record, also when it is in the recycle bin. */
async function fetchRecord(entity: string, id: string, asOf?: string | null, signal?: AbortSignal): Promise<Rec> {
  try {
    return await get<Rec>(`/${entity}/${id}`, { as_of: asOf }, signal);
  } catch (e) {
    if (asOf || !(e instanceof ApiError) || e.status !== 404) throw e;
    return await get<Rec>(`/${entity}/${id}`, { bin: true }, signal);
  }
}

export const useRecord = (entity: string, id: string | undefined, asOf?: string | null) =>
  useQuery({
    queryKey: ['record', entity, id, asOf ?? null],
    queryFn: ({ signal }) => fetchRecord(entity, id!, asOf, signal),
    enabled: Boolean(id),
    placeholderData: asOf ? (previous) => previous : undefined,
  });

/** After a write: put the fresh record in place and mark what may have changed. */
export function recordWritten(entity: string, record?: Rec | null, id?: string) {
  if (record) {
    // What may be done with it now is told when the record is asked for.
    const key = ['record', entity, record.id, null];
    queryClient.setQueryData<Rec>(key, (old) => (record._can ? record : { ...record, _can: old?._can }));
    void queryClient.invalidateQueries({ queryKey: key });
  } else if (id) void queryClient.invalidateQueries({ queryKey: ['record', entity, id] });
  void queryClient.invalidateQueries({ queryKey: ['list', entity] });
  for (const key of ['history', 'timeline']) void queryClient.invalidateQueries({ queryKey: [key, entity, record?.id ?? id] });
  void queryClient.invalidateQueries({ queryKey: ['changes'] });
}

export async function savePreferences(change: Record<string, unknown>) {
  const me = cachedMe();
  if (!me) return;
  const preferences = { ...me.preferences, ...change };
  queryClient.setQueryData(['me'], { ...me, preferences });
  try {
    await patch('/me', { preferences });
  } catch {
    /* kept in this browser; tried again with the next change */
  }
}
