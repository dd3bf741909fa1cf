import { Link } from '@tanstack/react-router';
import Button from 'antd/es/button';
import { useState } from 'react';
import { useCursor, useMeta } from '@/api/hooks';
import type { ChangeSetDetail } from '@/api/types';
import { useGo, usePathParams } from '@/app/nav';
import { formatInstant } from '@/i18n/format';
import { t, type Key } from '@/i18n/t';
import { More } from '@/ui/More';
import { ErrorState, Loading, PageBar, Panel } from '@/ui/parts';
import { Pill } from '@/ui/Pill';
import { ChangeList } from '@/views/history/ChangeList';
import { UndoDialog } from '@/views/history/UndoDialog';
import '@/views/record/record.css';
import { heldName, kindName } from '@/views/history/names';

export default function ChangeSetPage() {
  const { id } = usePathParams();
  const meta = useMeta();
  const go = useGo();
  const [undoing, setUndoing] = useState(false);
  const set = useCursor<ChangeSetDetail>(['change', id], `/changes/${id}`);
  if (set.isPending) return <Loading />;
  if (set.isError) return <ErrorState error={set.error} retry={() => void set.refetch()} />;
  const c = set.data.pages[0];
  const changes = set.data.pages.flatMap((p) => p.changes);
  return (
    <div className="page">
      <PageBar title={t('changes.set', { at: formatInstant(c.at) })}>
        <Button onClick={() => go('/changes')}>{t('back')}</Button>
        {!c.undone_by && c.undoable !== false && (
          <Button type="primary" onClick={() => setUndoing(true)}>
            {t('undo')}
          </Button>
        )}
      </PageBar>
      <Panel>
        <dl className="key-strip key-first">
          <div>
            <dt>{t('changes.at')}</dt>
            <dd className="num">{formatInstant(c.at)}</dd>
          </div>
          <div>
            <dt>{t('changes.actor')}</dt>
            <dd>{c.actor?.title ?? t('history.system')}</dd>
          </div>
          {c.kind && (
            <div>
              <dt>{t('changes.kind')}</dt>
              <dd>{kindName(c.kind)}</dd>
            </div>
          )}
          {c.reason && (
            <div>
              <dt>{t('changes.reason')}</dt>
              <dd>{c.reason}</dd>
            </div>
          )}
          {c.undone_by && (
            <div>
              <dt>{t('changes.undone')}</dt>
              <dd>
                <Link to="/changes/$id" params={{ id: c.undone_by }}>
                  {t('changes.look')}
                </Link>
              </dd>
            </div>
          )}
          {c.undo_of && (
            <div>
              <dt>{t('changes.is_undo')}</dt>
              <dd>
                <Link to="/changes/$id" params={{ id: c.undo_of }}>
                  {t('changes.look')}
                </Link>
              </dd>
            </div>
          )}
        </dl>
        <ol className="events">
          {changes.map((x) => (
            <li key={`${x.entity}/${x.id}`}>
              <div className="row-wrap">
                <Pill color={x.op === 'create' ? 'green' : x.op === 'delete' ? 'red' : 'blue'}>{t(`history.${x.op}` as Key)}</Pill>
                <span className="muted">{meta.entities[x.entity]?.label ?? heldName(x.entity)}</span>
                <Link to="/e/$entity/$id" params={{ entity: x.entity, id: x.id }}>
                  {x.title ?? `#${x.id}`}
                </Link>
              </div>
              <ChangeList entityName={x.entity} changes={x.changes} created={x.op === 'create'} />
            </li>
          ))}
        </ol>
        <More list={set} />
      </Panel>
      {undoing && <UndoDialog changeSet={c.id} onClose={() => setUndoing(false)} />}
    </div>
  );
}
