import { Link } from '@tanstack/react-router';
import Button from 'antd/es/button';
import Select from 'antd/es/select';
import { useState } from 'react';
import { useCursor, useMeta } from '@/api/hooks';
import type { ChangeSet, Page } from '@/api/types';
import { useSearchText } from '@/app/nav';
import { DateTimeInput } from '@/fields/dates';
import { RecordPicker, useTitles } from '@/fields/reference';
import { formatInstant, listOf } from '@/i18n/format';
import { t } from '@/i18n/t';
import { More } from '@/ui/More';
import { EmptyState, ErrorState, Loading } from '@/ui/parts';
import { RowTable } from '@/ui/RowTable';
import { isNoted, SetNote } from '@/views/history/SetNote';
import { UndoDialog } from '@/views/history/UndoDialog';
import '@/views/record/record.css';
import { LogPage } from './LogPage';
import { heldName } from '@/views/history/names';

/** Who changed what and when, one line a change set. */
export default function ChangesPage() {
  const meta = useMeta();
  const [search, setSearch] = useSearchText();
  const [undoing, setUndoing] = useState<string | null>(null);
  const query = { actor: search.actor, entity: search.entity, from: search.from, to: search.to };
  const actor = useTitles('users', search.actor ? [search.actor] : [], new Map());
  const list = useCursor<Page<ChangeSet>>(['changes', query], '/changes', query);
  const items = list.data?.pages.flatMap((p) => p.items) ?? [];
  const date = (name: 'from' | 'to', label: string) => (
    <span className="row">
      <span className="muted">{label}</span>
      <span className="filter-date">
        <DateTimeInput
          id={`changes-${name}`}
          label={label}
          field={{ name, label, kind: 'datetime', access: 'write' }}
          value={search[name] ?? null}
          onChange={(v) => setSearch({ [name]: (v as string | null) ?? undefined })}
        />
      </span>
    </span>
  );
  return (
    <LogPage current="/changes">
      <div className="row-wrap filter-line">
        <span className="filter-date">
          <RecordPicker
            entity="users"
            label={t('changes.actor')}
            placeholder={t('changes.actor')}
            value={actor}
            onChange={(v) => setSearch({ actor: v[0]?.id })}
          />
        </span>
        <Select
          className="filter-date"
          allowClear
          aria-label={t('changes.entity')}
          placeholder={t('changes.entity')}
          value={search.entity}
          showSearch={{ optionFilterProp: 'label' }}
          options={Object.entries(meta.entities).map(([value, e]) => ({ value, label: e.plural }))}
          onChange={(v) => setSearch({ entity: v })}
        />
        {date('from', t('changes.from'))}
        {date('to', t('changes.to'))}
      </div>
      <section className="panel">
        {list.isPending ? (
          <Loading />
        ) : list.isError ? (
          <ErrorState error={list.error} retry={() => void list.refetch()} />
        ) : !items.length ? (
          <EmptyState icon="history" title={t('changes.none')} />
        ) : (
          <RowTable
            stacked
            rows={items}
            id={(c) => c.id}
            columns={[
              {
                title: t('changes.at'),
                num: true,
                cell: (c) => (
                  <Link to="/changes/$id" params={{ id: c.id }}>
                    {formatInstant(c.at)}
                  </Link>
                ),
              },
              { title: t('changes.actor'), cell: (c) => c.actor?.title ?? t('history.system') },
              {
                title: t('changes.what'),
                cell: (c) => listOf(Object.entries(c.entities).map(([e, n]) => `${meta.entities[e]?.plural ?? heldName(e)} ${n}`)),
              },
              {
                title: t('changes.reason'),
                cell: (c) =>
                  c.reason || isNoted(c) ? (
                    <>
                      {c.reason} <SetNote set={c} />
                    </>
                  ) : null,
              },
            ]}
            actions={(c) =>
              !c.undone_by &&
              c.undoable !== false && (
                <Button size="small" onClick={() => setUndoing(c.id)}>
                  {t('undo')}
                </Button>
              )
            }
          />
        )}
        <More list={list} />
      </section>
      {undoing && <UndoDialog changeSet={undoing} onClose={() => setUndoing(null)} />}
    </LogPage>
  );
}
