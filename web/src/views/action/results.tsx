import { followJob } from '@/api/jobs';
import { post } from '@/api/client';
import { queryClient } from '@/api/hooks';
import type { BulkResult, Job, UndoResult } from '@/api/types';
import { reportsItself } from '@/app/jobToast';
import { t } from '@/i18n/t';
import { toast } from '@/ui/feedback';

/** What was done in several steps is undone from the last to the first. */
async function undo(changeSets: string[]) {
  const key = `undo-${changeSets[0]}`;
  let [undone, left] = [0, 0];
  try {
    for (const [n, set] of [...changeSets].reverse().entries()) {
      if (changeSets.length > 1) toast.progress(key, t('undo.running', { done: n, total: changeSets.length }));
      const done = await post<UndoResult>(`/changes/${set}/undo`);
      undone += done.undone;
      left += done.conflict_count ?? done.conflicts.length;
    }
    const said = t('undo.done', { n: undone });
    if (left) toast.warning(`${said} · ${t('undo.conflicts', { n: left })}`);
    else toast.success(said);
  } catch (e) {
    toast.error(e);
  }
  toast.close(key);
  for (const name of ['record', 'list', 'history', 'timeline', 'changes']) void queryClient.invalidateQueries({ queryKey: [name] });
}

/** One line for many rows: how many went through, why the first one did not, and the way back. */
function report(done: number, failed: number, why: string, changeSets: string[]) {
  const said = failed ? t('bulk.partly', { done, n: failed, why }) : t('bulk.done', { n: done });
  if (changeSets.length) toast.withAction(said, t('undo'), () => void undo(changeSets), failed ? 'warning' : 'success');
  else if (failed) toast.warning(said);
  else toast.success(said);
}

function reportJob(job: Job) {
  const result = job.result ?? {};
  const failed = (result.failed ?? []) as { detail: string }[];
  if (job.state !== 'done' && job.state !== 'cancelled') return toast.warning(t('job.failed'));
  report(Number(result.updated ?? 0), Number(result.failed_count ?? 0), failed[0]?.detail ?? '', (result.change_sets ?? []) as string[]);
}

/** Tells what became of many rows, now or when the job that treats them is through. */
export async function followBulk(answer: BulkResult) {
  if (answer.job) {
    reportsItself(answer.job);
    return reportJob(await followJob(answer.job));
  }
  const failed = (answer.results ?? []).filter((r) => !r.ok);
  const done = answer.updated ?? (answer.results ?? []).length - failed.length;
  const why = failed[0]?.problem?.detail ?? failed[0]?.problem?.title ?? '';
  report(done, failed.length, why, answer.change_set ? [answer.change_set] : []);
}
