import { useQuery } from '@tanstack/react-query';
import { get } from '@/api/client';
import { listQuery, useEntity } from '@/api/hooks';
import type { Page, Rec } from '@/api/types';
import { usePathParams, useSearchText } from '@/app/nav';
import { loadDivisions } from '@/fields/region/divisions';
import { t } from '@/i18n/t';
import { defaultColumns, fieldOf } from '@/metadata/fields';
import { EmptyState, ErrorState, Loading } from '@/ui/parts';
import { Sheet, SheetTable } from './Sheet';

/** The ticked rows as they will be on paper. */
export default function PrintPage() {
  const { entity: name } = usePathParams();
  const [search] = useSearchText();
  const entity = useEntity(name);
  const ids = (search.ids ?? '').split(',').filter(Boolean);
  const columns = (search.cols ? search.cols.split(',') : entity ? defaultColumns(entity) : []).filter((c) => entity && fieldOf(entity, c));
  const rows = useQuery({
    queryKey: ['print', name, search.ids, search.sort, search.cols],
    queryFn: async () => {
      await loadDivisions();
      const all: Rec[] = [];
      for (let i = 0; i < ids.length; i += 200)
        all.push(
          ...(await get<Page<Rec>>(`/${name}`, listQuery({ filter: { id: { in: ids.slice(i, i + 200) } }, sort: search.sort, limit: 200, fields: columns })))
            .items,
        );
      return all;
    },
    enabled: ids.length > 0 && Boolean(entity),
  });
  if (!entity) return <EmptyState icon="warning" title={t('error.noentity')} />;
  if (rows.isError) return <ErrorState error={rows.error} />;
  if (!rows.data) return <Loading />;
  const fields = columns.map((c) => fieldOf(entity, c)!);
  return (
    <Sheet title={entity.plural} note={t('print.count', { n: rows.data.length })}>
      <SheetTable fields={fields} rows={rows.data} numbered />
    </Sheet>
  );
}
