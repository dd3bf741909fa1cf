import { Link } from '@tanstack/react-router';
import Button from 'antd/es/button';
import Select from 'antd/es/select';
import { useState } from 'react';
import { useCursor, useMeta } from '@/api/hooks';
import type { ChangeSet, Page } from '@/api/types';
import { useSearchText } from '@/app/nav';
import { DateTimeInput } from '@/fields/dates';
import { RecordPicker, useTitles } from '@/fields/reference';
import { formatInstant } from '@/i18n/format';
import { currentLang } from '@/i18n/lang';
import { t } from '@/i18n/t';
import { More } from '@/ui/More';
import { EmptyState, ErrorState, Loading } from '@/ui/parts';
import { Pill } from '@/ui/Pill';
import { UndoDialog } from '@/views/history/UndoDialog';
import '@/views/record/record.css';
import { LogPage } from './LogPage';
import { heldName, kindName } from './names';

/** Kinds that the rest of a line does not say. */
const TOLD = new Set(['merge', 'bulk', 'import']);

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
      <section className="panel table-scroll">
        {list.isPending ? (
          <Loading />
        ) : list.isError ? (
          <ErrorState error={list.error} retry={() => void list.refetch()} />
        ) : !items.length ? (
          <EmptyState icon="history" title={t('changes.none')} />
        ) : (
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t('changes.at')}</th>
                <th scope="col">{t('changes.actor')}</th>
                <th scope="col">{t('changes.what')}</th>
                <th scope="col">{t('changes.reason')}</th>
                <th scope="col">
                  <span className="sr-only">{t('more')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((c) => (
                <tr key={c.id}>
                  <td className="num">
                    <Link to="/changes/$id" params={{ id: c.id }}>
                      {formatInstant(c.at)}
                    </Link>
                  </td>
                  <td>{c.actor?.title ?? t('history.system')}</td>
                  <td>
                    {Object.entries(c.entities)
                      .map(([e, n]) => `${meta.entities[e]?.plural ?? heldName(e)} ${n}`)
                      .join(currentLang() === 'en' ? ', ' : '、')}
                  </td>
                  <td>
                    {c.kind && TOLD.has(c.kind) && <Pill color="blue">{kindName(c.kind)}</Pill>} {c.reason} {c.undone_by && <Pill color="grey">{t('changes.undone')}</Pill>}{' '}
                    {c.undo_of && <Pill color="violet">{t('changes.is_undo')}</Pill>}
                  </td>
                  <td>
                    {!c.undone_by && c.undoable !== false && (
                      <Button size="small" onClick={() => setUndoing(c.id)}>
                        {t('undo')}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <More list={list} />
      </section>
      {undoing && <UndoDialog changeSet={undoing} onClose={() => setUndoing(null)} />}
    </LogPage>
  );
}
