import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useCursor, useMeta } from '@/api/hooks';
import type { Page, TimelineItem } from '@/api/types';
import { iconOf } from '@/areas';
import { formatAgo, formatInstant } from '@/i18n/format';
import { t, type Key } from '@/i18n/t';
import { Icon } from '@/ui/Icon';
import { More } from '@/ui/More';
import { EmptyState, ErrorState, Loading } from '@/ui/parts';
import { AttachedFile } from './AttachedFile';
import { ChangeList } from '../history/ChangeList';

/** Everything that happened around a record in one order. */
export default function Timeline({ entityName, id }: { entityName: string; id: string }) {
  const meta = useMeta();
  const [hide, setHide] = useState(false);
  const list = useCursor<Page<TimelineItem>>(['timeline', entityName, id], `/${entityName}/${id}/timeline`);
  if (list.isPending) return <Loading />;
  if (list.isError) return <ErrorState error={list.error} retry={() => void list.refetch()} />;
  const items = list.data.pages.flatMap((p) => p.items).filter((i) => !hide || i.type !== 'history');
  return (
    <>
      <label className="row muted small timeline-filter">
        <input type="checkbox" checked={hide} onChange={(e) => setHide(e.target.checked)} /> {t('timeline.hide_changes')}
      </label>
      {items.length === 0 && <EmptyState icon="chat" title={t('timeline.none')} />}
      <ol className="events">
        {items.map((item, i) => {
          const other = item.entity !== entityName || item.id !== id;
          return (
            <li key={`${item.at}-${i}`} className={item.type === 'history' ? 'event-quiet' : ''}>
              <span className="event-icon">
                <Icon name={item.type === 'history' ? 'edit' : item.type === 'files' ? 'doc' : iconOf(item.entity, meta.entities[item.entity])} size={14} />
              </span>
              <div className="row-wrap">
                <strong>{item.actor?.title ?? t('history.system')}</strong>
                {item.type !== 'history' && (
                  <span className="muted">
                    {item.type === 'files' ? t(`attachment.${item.op ?? 'create'}` as Key) : (meta.entities[item.entity]?.label ?? item.type)}
                  </span>
                )}
                {item.type === 'files' ? (
                  <AttachedFile name={item.title ?? ''} file={item.id} />
                ) : other && item.id && meta.entities[item.entity] ? (
                  <Link to="/e/$entity/$id" params={{ entity: item.entity, id: item.id }}>
                    {item.title ?? t('open')}
                  </Link>
                ) : (
                  item.title && <span>{item.title}</span>
                )}
                <time className="muted" dateTime={item.at} title={formatInstant(item.at)}>
                  {formatAgo(item.at)}
                </time>
              </div>
              {item.body && <p className="event-body">{item.body}</p>}
              {item.changes && <ChangeList entityName={item.entity ?? entityName} changes={item.changes} />}
            </li>
          );
        })}
      </ol>
      <More list={list} />
    </>
  );
}
