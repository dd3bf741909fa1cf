import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { recordWritten, savePreferences, useEntity, useMeta, useRecords } from '@/api/hooks';
import { patch } from '@/api/client';
import type { Field, Rec } from '@/api/types';
import { useGo, usePathParams } from '@/app/nav';
import { editsThrough, iconOf, keptByRules, listHeaders, offeredElsewhere, rowButtons, type RowButton } from '@/areas';
import { writeValue } from '@/fields/kind';
import { listOf } from '@/i18n/format';
import { t } from '@/i18n/t';
import { askedFields, can, fieldMap, fieldOf, noneOf } from '@/metadata/fields';
import { leafCount, parseFilter } from '@/metadata/filter';
import { setDensity, useDensity, type Density } from '@/theme/theme';
import { Icon } from '@/ui/Icon';
import { Menu, type MenuEntry } from '@/ui/Menu';
import { EmptyState, ErrorState, Loading } from '@/ui/parts';
import { useNarrow } from '@/ui/useMedia';
import { openAction, openRecordForm } from '../form/openForm';
import { BulkBar } from './BulkBar';
import { CardList } from './CardList';
import { ColumnChooser } from './ColumnChooser';
import { DataGrid } from './DataGrid';
import { exportList } from './exportList';
import { ListFooter } from './ListFooter';
import { Viewport } from './viewport';
import { QuickSearch } from './QuickSearch';
import { SavedViews } from './SavedViews';
import { nextSort, remembered, useListState, useViews } from './state';
import './list.css';

const FilterBuilder = lazy(() => import('./FilterBuilder').then((m) => ({ default: m.FilterBuilder })));

export default function ListPage() {
  const { entity: name } = usePathParams();
  const entity = useEntity(name);
  if (!entity) return <EmptyState icon="warning" title={t('error.noentity')} />;
  return <List key={name} name={name} />;
}

/** Loaded once for the list; a boundary of its own in every row would cost each of them. */
function useRowButton(name: string): RowButton | null {
  const [button, setButton] = useState<{ draw: RowButton } | null>(null);
  useEffect(() => {
    let here = true;
    setButton(null);
    void rowButtons[name]?.().then((m) => here && setButton({ draw: m.default }));
    return () => {
      here = false;
    };
  }, [name]);
  return button?.draw ?? null;
}

function List({ name }: { name: string }) {
  const entity = useEntity(name)!;
  const meta = useMeta();
  const go = useGo();
  const narrow = useNarrow();
  const density = useDensity();
  const views = useViews(name, entity, Boolean(meta.entities.views));
  const state = useListState(entity, views);
  const [filtering, setFiltering] = useState(state.changed && Object.keys(state.filter ?? {}).length > 0);
  const columns = useMemo(() => {
    const known = fieldMap(entity);
    return state.columns.map((c) => known.get(c)!).filter(Boolean);
  }, [entity, state.columns]);
  const params = useMemo(() => ({ filter: state.filter, q: state.q, sort: state.sort || undefined }), [state.filter, state.q, state.sort]);
  const fields = useMemo(() => askedFields(entity, state.columns), [entity, state.columns]);
  const list = useRecords(name, { ...params, fields });
  const rows = useMemo(() => list.data?.pages.flatMap((p) => p.items) ?? [], [list.data]);
  const key = `${name}|${JSON.stringify(params)}`;
  const place = remembered(key);
  const [selected, select] = useState(place.selected);
  const [viewport] = useState(() => new Viewport());
  const [allMatching, setAllMatching] = useState(false);
  useEffect(() => {
    select(remembered(key).selected);
    setAllMatching(false);
  }, [key]);
  const onSelect = useCallback(
    (next: Set<string>) => {
      remembered(key).selected = next;
      select(next);
      setAllMatching(false);
    },
    [key],
  );
  const onOpen = useCallback((r: Rec) => go(`/e/${name}/${r.id}`), [go, name]);
  const { fetchNextPage, isFetching } = list;
  const onEnd = useCallback(() => {
    if (!isFetching) void fetchNextPage();
  }, [fetchNextPage, isFetching]);
  const onEdit = useCallback(
    async (r: Rec, f: Field, value: unknown) => {
      const through = editsThrough[name];
      if (through?.fields(entity, r, { [f.name]: value }).length) return void through.ask(entity, r, { [f.name]: value });
      const saved = await patch<Rec>(`/${name}/${r.id}`, { [f.name]: writeValue(value, f) }, r.version);
      recordWritten(name, saved);
    },
    [name, entity],
  );

  const conditions = leafCount(parseFilter(state.filter));
  const exportAs = (format: 'csv' | 'xlsx') => void exportList(name, entity, params, state.columns, format);
  const more: MenuEntry[] = [
    ...(can(entity, 'import')
      ? [{ key: 'import', label: t('list.import'), icon: <Icon name="import" />, onClick: () => go(`/import/${name}`) }]
      : []),
    ...(can(entity, 'export')
      ? (['xlsx', 'csv'] as const).map((f) => ({
          key: f,
          label: t('list.export_all', { format: f.toUpperCase() }),
          icon: <Icon name="export" />,
          onClick: () => exportAs(f),
        }))
      : []),
    ...entity.actions
      .filter((a) => a.on === 'collection' && !offeredElsewhere[name]?.includes(a.name))
      .map((a) => ({ key: a.name, label: a.label, danger: a.danger, onClick: () => openAction({ entity: name, action: a }) })),
    { key: 'bin', label: t('nav.bin'), icon: <Icon name="bin" />, onClick: () => go('/bin', { entity: name }) },
    'line',
    { heading: t('bar.density') },
    ...(['default', 'comfortable', 'dense'] as Density[]).map((d) => ({
      key: d,
      label: t(`density.${d}`),
      checked: density === d,
      onClick: () => {
        setDensity(d);
        void savePreferences({ density: d });
      },
    })),
  ];
  const empty = list.isSuccess ? (
    <EmptyState icon={iconOf(name, entity)} title={state.q || conditions ? t('list.no_match') : t('list.empty', { name: noneOf(entity) })}>
      {state.q || conditions ? (
        <button type="button" className="link" onClick={() => state.set({ q: '', filter: null })}>
          {t('list.clear_filter')}
        </button>
      ) : (
        <p className="row-wrap">
          {can(entity, 'create') && (
            <button type="button" className="link" onClick={() => openRecordForm({ entity: name })}>
              {t('create.named', { name: entity.label })}
            </button>
          )}
          {can(entity, 'import') && !keptByRules.has(name) && (
            <button type="button" className="link" onClick={() => go(`/import/${name}`)}>
              {t('import.title', { name: entity.plural })}
            </button>
          )}
        </p>
      )}
    </EmptyState>
  ) : null;
  const RowButton = useRowButton(name);
  const rowActions = useMemo(
    () => (RowButton ? (record: Rec) => <RowButton record={record} entity={name} /> : undefined),
    [RowButton, name],
  );
  const shared = { rowActions, entityName: name, entity, columns, rows, selected, onSelect, onEnd, more: list.hasNextPage, place, viewport, empty };
  return (
    <div className="list-page">
      <header className="list-head">
        <h1>
          <Icon name={iconOf(name, entity)} size={18} /> {entity.plural}
        </h1>
        <QuickSearch key={key.split('|')[0]} value={state.q} onChange={(q) => state.set({ q })} />
        <span className="grow" />
        <button
          type="button"
          className={`icon-button${filtering || conditions ? ' is-on' : ''}`}
          aria-expanded={filtering}
          aria-label={t('list.filter') + (conditions ? ` ${conditions}` : '')}
          onClick={() => setFiltering(!filtering)}
        >
          <Icon name="filter" />
          <span className="wide-only">{t('list.filter')}</span>
          {conditions > 0 && <span className="badge">{conditions}</span>}
        </button>
        <ColumnChooser entity={entity} columns={state.columns} onChange={(c) => state.set({ columns: c })} />
        <Menu label={t('more')} button={<Icon name="more" />} items={more} />
        {can(entity, 'create') && (
          <button
            type="button"
            className="icon-button create-here"
            aria-label={t('create.named', { name: entity.label })}
            onClick={() => openRecordForm({ entity: name })}
          >
            <Icon name="plus" />
            <span aria-hidden="true">{t('create')}</span>
          </button>
        )}
      </header>
      <SavedViews entityName={name} views={views} state={state} />
      {state.left.length > 0 && (
        <p className="note note-amber list-note" role="status">
          {t('list.left_out', { fields: listOf(state.left.map((path) => fieldOf(entity, path)?.label ?? t('list.left_out.unseen'))) })}
        </p>
      )}
      {(listHeaders[name] ?? []).map((Part, i) => (
        <Suspense key={i} fallback={null}>
          <Part entity={name} />
        </Suspense>
      ))}
      {filtering && (
        <Suspense fallback={null}>
          <FilterBuilder
            entity={entity}
            filter={state.filter}
            onChange={(f) => state.set({ filter: f })}
            onClose={() => setFiltering(false)}
          />
        </Suspense>
      )}
      <div className="list-body" id="views-panel" role="tabpanel" aria-labelledby={`views-${state.view.key}`}>
        {list.isError && !rows.length ? (
          <ErrorState error={list.error} retry={() => void list.refetch()} />
        ) : list.isPending ? (
          <Loading />
        ) : narrow ? (
          <CardList {...shared} />
        ) : (
          <DataGrid
            {...shared}
            label={entity.plural}
            sort={state.sort}
            onSort={(f) => state.set({ sort: nextSort(state.sort, f) })}
            onOpen={onOpen}
            onEdit={can(entity, 'edit') ? onEdit : undefined}
            refreshing={list.isPlaceholderData}
          />
        )}
      </div>
      {selected.size > 0 ? (
        <BulkBar
          entityName={name}
          entity={entity}
          params={params}
          columns={state.columns}
          selected={selected}
          rows={rows}
          more={Boolean(list.hasNextPage)}
          allMatching={allMatching}
          onAllMatching={setAllMatching}
          onClear={() => onSelect(new Set())}
        />
      ) : (
        <ListFooter
          entityName={name}
          params={params}
          loaded={rows.length}
          more={Boolean(list.hasNextPage)}
          loading={list.isFetchingNextPage}
          viewport={viewport}
          onMore={onEnd}
        />
      )}
    </div>
  );
}
