import { download } from '@/api/download';
import { listQuery, type ListParams } from '@/api/hooks';
import type { Entity } from '@/api/types';
import { t } from '@/i18n/t';
import { toast } from '@/ui/feedback';

/** The list as a file, with the columns and the filter on screen. */
export async function exportList(name: string, entity: Entity, params: ListParams, columns: string[], format: 'csv' | 'xlsx') {
  const key = `export-${name}`;
  toast.progress(key, t('list.exporting'));
  try {
    await download(`/${name}/export`, { format, ...listQuery(params), fields: columns.join(',') }, `${entity.label}.${format}`);
  } catch (e) {
    toast.error(e);
  } finally {
    toast.close(key);
  }
}
