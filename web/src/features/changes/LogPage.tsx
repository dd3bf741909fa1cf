import Select from 'antd/es/select';
import type { ReactNode } from 'react';
import { useCursor, useMe } from '@/api/hooks';
import type { Page } from '@/api/types';
import { useGo, useSearchText } from '@/app/nav';
import { RecordPicker, useTitles } from '@/fields/reference';
import { t } from '@/i18n/t';
import { More } from '@/ui/More';
import { EmptyState, ErrorState, Loading, PageBar, Tabs } from '@/ui/parts';
import { RowTable, type RowColumn } from '@/ui/RowTable';
import '@/views/record/record.css';

interface Log<Row> {
  path: '/changes' | '/reads';
  /** The parameter that says whose doing is asked for. */
  by: 'actor' | 'user';
  /** The parameter of the selection box, and what is offered there. */
  of: { name: string; label: string; options: { value: string; label: string }[] };
  /** What else is asked for: parameters, and where they are chosen. */
  more?: string[];
  filters?: ReactNode;
  none: string;
  columns: RowColumn<Row>[];
  actions?: (row: Row) => ReactNode;
}

/** A log as a page: whose doing, of what, line by line; who administers the whole company turns from one log to the other. */
export function LogPage<Row extends { id: string }>({ path, by, of, more = [], filters, none, columns, actions }: Log<Row>) {
  const me = useMe();
  const go = useGo();
  const [search, setSearch] = useSearchText();
  const query = Object.fromEntries([by, of.name, ...more].map((name) => [name, search[name]]));
  const who = useTitles('users', search[by] ? [search[by]] : [], new Map());
  const list = useCursor<Page<Row>>([path.slice(1), query], path, query);
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const both = me.administrator === 'full';
  return (
    <div className="page">
      <PageBar title={t('changes.title')} />
      {both && (
        <Tabs
          id="log"
          label={t('changes.title')}
          items={[
            { key: '/changes', label: t('changes.tab') },
            { key: '/reads', label: t('reads.title') },
          ]}
          value={path}
          onChange={(to) => go(to)}
        />
      )}
      <div id="log-panel" role={both ? 'tabpanel' : undefined} aria-labelledby={both ? `log-${path}` : undefined}>
        <div className="row-wrap filter-line">
          <span className="filter-date">
            <RecordPicker
              entity="users"
              label={t('changes.actor')}
              placeholder={t('changes.actor')}
              value={who}
              onChange={(v) => setSearch({ [by]: v[0]?.id })}
            />
          </span>
          <Select
            className="filter-date"
            allowClear
            aria-label={of.label}
            placeholder={of.label}
            value={search[of.name]}
            showSearch={{ optionFilterProp: 'label' }}
            options={of.options}
            onChange={(v) => setSearch({ [of.name]: v })}
          />
          {filters}
        </div>
        <section className="panel">
          {list.isPending ? (
            <Loading />
          ) : list.isError ? (
            <ErrorState error={list.error} retry={() => void list.refetch()} />
          ) : !rows.length ? (
            <EmptyState icon="history" title={none} />
          ) : (
            <RowTable stacked rows={rows} id={(row) => row.id} columns={columns} actions={actions} />
          )}
          <More list={list} />
        </section>
      </div>
    </div>
  );
}
