import { useCallback, useMemo } from 'react';
import { useMeta, useRecords } from '@/api/hooks';
import type { Entity, Filter, Rec } from '@/api/types';
import { useSearchText } from '@/app/nav';
import { t } from '@/i18n/t';
import { defaultColumns, fieldMap, fieldOf } from '@/metadata/fields';
import { askable } from '@/metadata/filter';

/** A saved way to look at a list, whether shipped with the catalog or kept as a record. */
export interface ViewDef {
  key: string;
  label: string;
  filter: Filter | null;
  sort: string;
  columns: string[] | null;
  record?: Rec;
}

export const parseJson = (value: unknown): unknown => {
  if (typeof value !== 'string') return value ?? null;
  try {
    return JSON.parse(value);
  } catch {
    return null;
  }
};
export function parseColumns(value: unknown): string[] | null {
  const parsed = typeof value === 'string' && !value.trim().startsWith('[') ? value.split(',') : parseJson(value);
  const list = Array.isArray(parsed) ? parsed.map((c) => String(c).trim()).filter(Boolean) : [];
  return list.length ? list : null;
}

/** Long texts come only when asked for. */
const VIEW_FIELDS = ['name', 'filter', 'sort', 'columns', 'shared', 'owner'];

export function useViews(entityName: string, entity: Entity, available: boolean): ViewDef[] {
  const saved = useRecords('views', { filter: { entity: entityName }, sort: 'name', limit: 200, fields: VIEW_FIELDS }, available);
  return useMemo(
    () => [
      // The whole list is always on offer, under the catalog's own name where it has one.
      ...(entity.views.some((v) => v.name === 'all') ? [] : [{ key: 'all', label: t('all'), filter: null, sort: '', columns: null }]),
      ...entity.views.map((v) => ({
        key: v.name,
        label: v.label,
        filter: v.filter ?? null,
        sort: v.sort ?? '',
        columns: v.columns?.length ? v.columns : null,
      })),
      ...(saved.data?.pages.flatMap((p) => p.items) ?? []).map((r) => ({
        key: `v${r.id}`,
        label: String(r.name ?? r.id),
        filter: parseJson(r.filter) as Filter | null,
        sort: String(r.sort ?? ''),
        columns: parseColumns(r.columns),
        record: r,
      })),
    ],
    [entity, saved.data],
  );
}

export interface ListState {
  view: ViewDef;
  q: string;
  filter: Filter | null;
  /** Fields the view asks of and this reader may not. */
  left: string[];
  sort: string;
  columns: string[];
  changed: boolean;
  set: (change: { view?: string; q?: string; filter?: Filter | null; sort?: string; columns?: string[] | null }) => void;
}
/** What the list shows is in the address bar; what is not there comes from the view. */
export function useListState(entity: Entity, views: ViewDef[]): ListState {
  const [search, setSearch] = useSearchText();
  const view = views.find((v) => v.key === (search.view ?? 'all')) ?? views[0];
  const { entities } = useMeta();
  const { filter, left } = useMemo(
    () => askable(search.filter ? (parseJson(search.filter) as Filter | null) : view.filter, (path) => mayAsk(entities, entity, path)),
    [search.filter, view.filter, entities, entity],
  );
  const columns = useMemo(() => {
    const known = fieldMap(entity);
    const names = (parseColumns(search.cols) ?? view.columns ?? defaultColumns(entity)).filter(
      (c) => known.has(c) && !known.get(c)!.hidden,
    );
    return names.length ? names : defaultColumns(entity);
  }, [entity, search.cols, view.columns]);
  const set = useCallback<ListState['set']>(
    (c) => {
      if (c.view !== undefined)
        return setSearch({ view: c.view === 'all' ? undefined : c.view, filter: undefined, sort: undefined, cols: undefined }, false);
      setSearch({
        ...('q' in c ? { q: c.q } : {}),
        ...('filter' in c ? { filter: JSON.stringify(c.filter ?? {}) } : {}),
        ...('sort' in c ? { sort: c.sort } : {}),
        ...('columns' in c ? { cols: c.columns?.join(',') } : {}),
      });
    },
    [setSearch],
  );
  return {
    view,
    q: search.q ?? '',
    filter,
    left,
    sort: knownSort(entity, search.sort ?? view.sort),
    columns,
    changed: Boolean(search.filter || search.sort || search.cols),
    set,
  };
}

/** Place and choice survive leaving the list and coming back. */
export const memory = new Map<string, { scroll: number; selected: Set<string> }>();
export const remembered = (key: string) => {
  let m = memory.get(key);
  if (!m) memory.set(key, (m = { scroll: 0, selected: new Set() }));
  return m;
};

/** Whether a filter may ask of a field, also of one at the end of references. */
export function mayAsk(entities: Record<string, Entity>, entity: Entity | undefined, path: string): boolean {
  const [name, ...rest] = path.split('.');
  const field = entity && fieldOf(entity, name);
  if (!field) return name === 'id' && Boolean(entity);
  return rest.length ? mayAsk(entities, entities[field.target ?? ''], rest.join('.')) : field.operators?.length !== 0;
}

/** A view may be sorted by what its next reader sees masked or not at all. */
export const knownSort = (entity: Entity, sort: string) =>
  sort
    .split(',')
    .filter((key) => fieldOf(entity, key.replace(/^-/, ''))?.sortable)
    .join(',');

export const nextSort = (sort: string, field: string) => (sort === field ? `-${field}` : sort === `-${field}` ? '' : field);

/** How a view keeps its parts: filter and columns as JSON text. */
export const storedView = (state: ListState) => ({
  filter: JSON.stringify(state.filter ?? {}),
  sort: state.sort || null,
  columns: JSON.stringify(state.columns),
});
