import type { BulkResult } from '@/api/types';
import { t } from '@/i18n/t';
import { toast } from '@/ui/feedback';

/** One line for many rows: how many went through and why the first one did not. */
export function reportResults(answer: BulkResult) {
  const failed = (answer.results ?? []).filter((r) => !r.ok);
  const done = answer.updated ?? (answer.results ?? []).length - failed.length;
  if (failed.length)
    toast.warning(t('bulk.partly', { done, n: failed.length, why: failed[0].problem?.detail ?? failed[0].problem?.title ?? '' }));
  else toast.success(t('bulk.done', { n: done }));
}
