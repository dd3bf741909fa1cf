import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '@/api/client';
import { queryClient, useMeta } from '@/api/hooks';
import type { UndoResult } from '@/api/types';
import { t } from '@/i18n/t';
import { fieldOf } from '@/metadata/fields';
import { errorText, toast } from '@/ui/feedback';
import { Dialog } from '@/ui/Overlay';
import { ErrorState, Failure, Loading } from '@/ui/parts';

/** Shows what an undo would do before it is done. */
export function UndoDialog({ changeSet, onClose }: { changeSet: string; onClose: (done: boolean) => void }) {
  const meta = useMeta();
  const trial = useQuery({
    queryKey: ['undo', changeSet],
    queryFn: () => post<UndoResult>(`/changes/${changeSet}/undo`, {}, { dry_run: true }),
    retry: false,
    gcTime: 0,
    staleTime: 0,
  });
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const conflicts = trial.data?.conflicts ?? [];
  const undo = async () => {
    setBusy(true);
    try {
      const done = await post<UndoResult>(`/changes/${changeSet}/undo`);
      for (const key of ['record', 'list', 'history', 'timeline', 'changes', 'change', 'attachments'])
        void queryClient.invalidateQueries({ queryKey: [key] });
      toast.success(t('undo.done', { n: done.undone }));
      onClose(true);
    } catch (e) {
      setFailure(errorText(e));
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      title={t('undo.title')}
      onClose={() => onClose(false)}
      onOk={() => void undo()}
      okText={t('undo.run')}
      okDisabled={!trial.data || trial.data.undone === 0}
      busy={busy}
    >
      {trial.isPending ? (
        <Loading />
      ) : trial.isError ? (
        <ErrorState error={trial.error} />
      ) : (
        <div className="stack">
          <p>{t('undo.will', { n: trial.data.undone })}</p>
          {conflicts.length > 0 && (
            <div className="note note-amber">
              <strong>{t('undo.conflicts', { n: trial.data.conflict_count ?? conflicts.length })}</strong>
              <ul className="plain-list">
                {conflicts.slice(0, 20).map((c, i) => {
                  const e = meta.entities[c.entity];
                  return (
                    <li key={i}>
                      {e?.label ?? c.entity} · {c.title ?? c.id}
                      {c.field && ` · ${(e && fieldOf(e, c.field)?.label) ?? c.field}`}: {c.detail}
                    </li>
                  );
                })}
              </ul>
            </div>
          )}
          <Failure>{failure}</Failure>
        </div>
      )}
    </Dialog>
  );
}
