import { post } from '@/api/client';
import { queryClient } from '@/api/hooks';
import type { BulkResult, UndoResult } from '@/api/types';
import { t } from '@/i18n/t';
import { toast } from '@/ui/feedback';

async function undo(changeSet: string) {
  try {
    const done = await post<UndoResult>(`/changes/${changeSet}/undo`);
    for (const key of ['record', 'list', 'history', 'timeline', 'changes']) void queryClient.invalidateQueries({ queryKey: [key] });
    toast.success(t('undo.done', { n: done.undone }));
  } catch (e) {
    toast.error(e);
  }
}

/** One line for many rows: how many went through, why the first one did not, and the way back. */
export function reportResults(answer: BulkResult) {
  const failed = (answer.results ?? []).filter((r) => !r.ok);
  const done = answer.updated ?? (answer.results ?? []).length - failed.length;
  const changeSet = answer.change_set;
  if (failed.length)
    toast.warning(t('bulk.partly', { done, n: failed.length, why: failed[0].problem?.detail ?? failed[0].problem?.title ?? '' }));
  else if (changeSet) toast.withAction(t('bulk.done', { n: done }), t('undo'), () => void undo(changeSet));
  else toast.success(t('bulk.done', { n: done }));
}
