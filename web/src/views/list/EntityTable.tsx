import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useEntity, useRecords } from '@/api/hooks';
import type { Filter, Rec } from '@/api/types';
import { useGo } from '@/app/nav';
import { t } from '@/i18n/t';
import { askedFields, defaultColumns, fieldMap, noneOf } from '@/metadata/fields';
import { EmptyState, ErrorState, Loading } from '@/ui/parts';
import { useNarrow } from '@/ui/useMedia';
import { CardList } from './CardList';
import { DataGrid } from './DataGrid';
import { ListFooter } from './ListFooter';
import { nextSort } from './state';
import { Viewport } from './viewport';
import './list.css';

export interface EntityTableProps {
  entityName: string;
  filter?: Filter | null;
  q?: string;
  sort?: string;
  columns?: string[];
  bin?: boolean;
  height?: number | string;
  onOpen?: (record: Rec) => void;
  rowActions?: (record: Rec) => ReactNode;
  actionsWidth?: number;
  selected?: Set<string>;
  onSelect?: (ids: Set<string>) => void;
  onLoaded?: (count: number, more: boolean) => void;
  empty?: ReactNode;
}

/** A list of records that looks after itself: loading, sorting, paging, cards on a phone. State is its own, not the address bar's. */
export function EntityTable(p: EntityTableProps) {
  const entity = useEntity(p.entityName);
  const go = useGo();
  const narrow = useNarrow();
  const [sort, setSort] = useState(p.sort ?? '');
  const asked = useMemo(() => entity && askedFields(entity, p.columns ?? defaultColumns(entity)), [entity, p.columns]);
  const [viewport] = useState(() => new Viewport());
  const params = useMemo(() => ({ filter: p.filter, q: p.q, sort: sort || undefined, bin: p.bin }), [p.filter, p.q, sort, p.bin]);
  const list = useRecords(p.entityName, { ...params, fields: asked }, Boolean(entity));
  const rows = useMemo(() => list.data?.pages.flatMap((x) => x.items) ?? [], [list.data]);
  const fields = useMemo(() => {
    if (!entity) return [];
    const known = fieldMap(entity);
    return (p.columns ?? defaultColumns(entity)).map((c) => known.get(c)!).filter(Boolean);
  }, [entity, p.columns]);
  const { fetchNextPage, isFetching, hasNextPage } = list;
  const onEnd = useCallback(() => {
    if (!isFetching) void fetchNextPage();
  }, [fetchNextPage, isFetching]);
  const { onLoaded } = p;
  useEffect(() => {
    if (list.isSuccess) onLoaded?.(rows.length, Boolean(hasNextPage));
  }, [list.isSuccess, rows.length, hasNextPage, onLoaded]);
  if (!entity) return <EmptyState icon="warning" title={t('error.noentity')} />;
  if (list.isError && !rows.length) return <ErrorState error={list.error} retry={() => void list.refetch()} />;
  if (list.isPending) return <Loading />;
  if (!rows.length) return <>{p.empty ?? <EmptyState title={t('list.empty', { name: noneOf(entity) })} />}</>;
  const shared = {
    entityName: p.entityName,
    entity,
    columns: fields,
    rows,
    selected: p.selected,
    onSelect: p.onSelect,
    onEnd,
    more: hasNextPage,
    rowActions: p.rowActions,
    viewport,
  };
  return (
    <div className="entity-table" style={{ height: p.height ?? '100%' }}>
      {narrow ? (
        <CardList {...shared} />
      ) : (
        <DataGrid
          {...shared}
          label={entity.plural}
          sort={sort}
          onSort={(f) => setSort(nextSort(sort, f))}
          onOpen={p.onOpen ?? ((r) => go(`/e/${p.entityName}/${r.id}`))}
          actionsWidth={p.actionsWidth}
          refreshing={list.isPlaceholderData}
        />
      )}
      <ListFooter
        entityName={p.entityName}
        params={params}
        loaded={rows.length}
        more={Boolean(hasNextPage)}
        loading={list.isFetchingNextPage}
        viewport={viewport}
        onMore={onEnd}
      />
    </div>
  );
}
