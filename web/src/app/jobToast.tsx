import { finished } from '@/api/jobs';
import type { Job } from '@/api/types';
import { t } from '@/i18n/t';
import { toast } from '@/ui/feedback';

/** Jobs a page follows by itself stay out of the corner. */
const quiet = new Set<string>();
export const keepQuiet = (id: string) => {
  quiet.add(id);
};

/** Whoever started these says how they ended. */
const told = new Set<string>();
export const reportsItself = (id: string) => {
  told.add(id);
};

export function showJob(job: Job) {
  if (quiet.has(job.id)) return;
  const key = `job-${job.id}`;
  if (!finished(job))
    return toast.progress(key, `${t('job.running')}${job.total ? ` · ${t('job.progress', { done: job.done, total: job.total })}` : '…'}`);
  toast.close(key);
  if (told.has(job.id)) return;
  if (job.state === 'done') toast.success(t(job.kind === 'compute' ? 'job.computed' : 'job.done'));
  else if (job.state === 'cancelled') toast.info(t('job.cancelled'));
  else toast.warning(t('job.failed'));
}
