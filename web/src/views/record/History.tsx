import { Link } from '@tanstack/react-router';
import Button from 'antd/es/button';
import { useState } from 'react';
import { useCursor } from '@/api/hooks';
import type { Entity, HistoryItem, Page } from '@/api/types';
import { useSearchText } from '@/app/nav';
import { formatInstant } from '@/i18n/format';
import { t, type Key } from '@/i18n/t';
import { More } from '@/ui/More';
import { EmptyState, ErrorState, Loading } from '@/ui/parts';
import { ChangeList } from '../history/ChangeList';
import { SetNote } from '../history/SetNote';
import { AttachedFile } from './AttachedFile';
import { UndoDialog } from '../history/UndoDialog';

/** Every change of a record, newest first; each can be taken back, and each moment visited. */
export default function History({ entityName, id }: { entityName: string; entity: Entity; id: string }) {
  const [, setSearch] = useSearchText();
  const [undoing, setUndoing] = useState<string | null>(null);
  const list = useCursor<Page<HistoryItem>>(['history', entityName, id], `/${entityName}/${id}/history`);
  if (list.isPending) return <Loading />;
  if (list.isError) return <ErrorState error={list.error} retry={() => void list.refetch()} />;
  const items = list.data.pages.flatMap((p) => p.items);
  if (!items.length) return <EmptyState icon="history" title={t('history.none')} />;
  return (
    <>
      <ol className="events">
        {items.map((h, i) => (
          <li key={`${h.change_set} ${i}`}>
            <div className="row-wrap">
              <strong>{h.actor?.title ?? t('history.system')}</strong>
              <span>{t(`${h.attachment ? 'attachment' : 'history'}.${h.op}` as Key)}</span>
              {h.attachment && <AttachedFile name={h.attachment.name} file={h.attachment.file} />}
              <time className="muted num" dateTime={h.at}>
                {formatInstant(h.at)}
              </time>
              {h.reason && !h.attachment && <span className="muted">{h.reason}</span>}
              <SetNote set={h} />
              <span className="grow" />
              <button type="button" className="link small" onClick={() => setSearch({ as_of: h.at, tab: undefined })}>
                {t('history.see_then')}
              </button>
              <Link to="/changes/$id" params={{ id: h.change_set }} className="small">
                {t('history.set')}
              </Link>
              {h.undoable && (
                <Button size="small" onClick={() => setUndoing(h.change_set)}>
                  {t('undo')}
                </Button>
              )}
            </div>
            <ChangeList entityName={entityName} changes={h.changes} created={h.op === 'create'} />
          </li>
        ))}
      </ol>
      <More list={list} />
      {undoing && <UndoDialog changeSet={undoing} onClose={() => setUndoing(null)} />}
    </>
  );
}
