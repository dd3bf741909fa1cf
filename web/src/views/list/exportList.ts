import { download } from '@/api/download';
import { ApiError } from '@/api/errors';
import { listQuery, type ListParams } from '@/api/hooks';
import type { Entity } from '@/api/types';
import { t } from '@/i18n/t';
import { toast } from '@/ui/feedback';
import { openLeave } from '../form/openForm';

/** The list as a file, with the columns and the filter on screen. Large ones need leave, or say what they are for. */
export async function exportList(name: string, entity: Entity, params: ListParams, columns: string[], format: 'csv' | 'xlsx') {
  const key = `export-${name}`;
  const range = { ...listQuery(params), fields: columns.join(',') };
  const fetchFor = (purpose?: string) => download(`/${name}/export`, { format, ...range, purpose }, `${entity.label}.${format}`);
  toast.progress(key, t('list.exporting'));
  try {
    await fetchFor();
  } catch (e) {
    if (e instanceof ApiError && e.code === 'export_needs_approval') openLeave({ entity: name, reason: e.message, range });
    else if (e instanceof ApiError && e.code === 'export_needs_purpose') openLeave({ entity: name, reason: e.message, range, fetchFor });
    else toast.error(e);
  } finally {
    toast.close(key);
  }
}
