import { useQuery } from '@tanstack/react-query';
import { get } from '@/api/client';
import { listQuery, useEntity, useMeta, useRecord } from '@/api/hooks';
import type { Entity, Page, Rec, Related } from '@/api/types';
import { usePathParams } from '@/app/nav';
import { printedLists } from '@/areas';
import { formatValue } from '@/fields/kind';
import { useDivisions } from '@/fields/region/divisions';
import { t } from '@/i18n/t';
import { defaultColumns, fieldOf, groupsOf, titleOf, wide } from '@/metadata/fields';
import { EmptyState, ErrorState, Loading } from '@/ui/parts';
import { Sheet, SheetTable } from './Sheet';

/** Rows of a related list that fit on a card. */
const ROWS = 20;

/** One record on paper: every field that says something, who works there, what was said last (CUS-40). */
export default function CardPage() {
  const { entity: name, id } = usePathParams();
  const entity = useEntity(name);
  const found = useRecord(name, id);
  useDivisions(true);
  if (!entity) return <EmptyState icon="warning" title={t('error.noentity')} />;
  if (found.isError) return <ErrorState error={found.error} />;
  if (!found.data) return <Loading />;
  const record = found.data;
  const groups = groupsOf(entity.fields.filter((f) => !f.hidden && f.kind !== 'lines' && formatValue(record[f.name], f)));
  const lists = Object.entries(printedLists[name] ?? {}).flatMap(([key, sort]) => {
    const related = entity.related.find((r) => `${r.entity}.${r.field}` === key);
    return related ? [{ related, sort }] : [];
  });
  return (
    <Sheet title={titleOf(entity, record)} note={entity.label} upright>
      {groups.map((g) => (
        <section key={g.name} className="card-group">
          {g.label && <h2>{g.label}</h2>}
          <dl className="card-grid">
            {g.fields.map((f) => (
              <div key={f.name} className={wide(f) ? 'card-wide' : ''}>
                <dt>{f.label}</dt>
                <dd>{formatValue(record[f.name], f)}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      {lists.map(({ related, sort }) => (
        <Rows key={`${related.entity}.${related.field}`} related={related} sort={sort} of={record} />
      ))}
    </Sheet>
  );
}

function Rows({ related, sort, of }: { related: Related; sort: string; of: Rec }) {
  const entity: Entity | undefined = useMeta().entities[related.entity];
  const columns = entity ? defaultColumns(entity).filter((c) => c !== related.field) : [];
  const rows = useQuery({
    queryKey: ['print', related.entity, related.field, of.id],
    queryFn: () => get<Page<Rec>>(`/${related.entity}`, listQuery({ filter: { [related.field]: of.id }, sort, limit: ROWS, fields: columns })),
    enabled: Boolean(entity),
  });
  if (rows.isError) return <ErrorState error={rows.error} />;
  if (!entity || !rows.data?.items.length) return null;
  const fields = columns.map((c) => fieldOf(entity, c)!).filter((f) => rows.data.items.some((r) => formatValue(r[f.name], f)));
  return (
    <section className="card-group">
      <h2>
        {entity.plural}
        {rows.data.next && <span className="muted"> {t('print.latest', { n: ROWS })}</span>}
      </h2>
      <SheetTable fields={fields} rows={rows.data.items} />
    </section>
  );
}
