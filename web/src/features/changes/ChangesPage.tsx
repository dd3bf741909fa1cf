import { Link } from '@tanstack/react-router';
import Button from 'antd/es/button';
import { useState } from 'react';
import { useMeta } from '@/api/hooks';
import type { ChangeSet } from '@/api/types';
import { useSearchText } from '@/app/nav';
import { DateTimeInput } from '@/fields/dates';
import { formatInstant, listOf } from '@/i18n/format';
import { t } from '@/i18n/t';
import { heldName } from '@/views/history/names';
import { isNoted, SetNote } from '@/views/history/SetNote';
import { UndoDialog } from '@/views/history/UndoDialog';
import { LogPage } from './LogPage';

/** Who changed what and when, one line a change set. */
export default function ChangesPage() {
  const meta = useMeta();
  const [search, setSearch] = useSearchText();
  const [undoing, setUndoing] = useState<string | null>(null);
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
    <>
      <LogPage<ChangeSet>
        path="/changes"
        by="actor"
        of={{
          name: 'entity',
          label: t('changes.entity'),
          options: Object.entries(meta.entities).map(([value, e]) => ({ value, label: e.plural })),
        }}
        more={['from', 'to']}
        filters={
          <>
            {date('from', t('changes.from'))}
            {date('to', t('changes.to'))}
          </>
        }
        none={t('changes.none')}
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
      {undoing && <UndoDialog changeSet={undoing} onClose={() => setUndoing(null)} />}
    </>
  );
}
