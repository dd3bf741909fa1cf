import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useEffect, useState } from 'react';
import { get } from '@/api/client';
import { listQuery, useEntity, useMe } from '@/api/hooks';
import type { Page, Rec } from '@/api/types';
import { usePathParams, useSearchText } from '@/app/nav';
import { formatValue, kindOf } from '@/fields/kind';
import { loadDivisions } from '@/fields/region/divisions';
import { formatInstant } from '@/i18n/format';
import { t } from '@/i18n/t';
import { defaultColumns, fieldOf } from '@/metadata/fields';
import { EmptyState, ErrorState, Loading } from '@/ui/parts';

/** The ticked rows as they will be on paper. */
export default function PrintPage() {
  const { entity: name } = usePathParams();
  const [search] = useSearchText();
  const entity = useEntity(name);
  const me = useMe();
  const [now] = useState(() => new Date().toISOString());
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
  useEffect(() => {
    if (entity) document.title = `${entity.plural} · ${t('print.title')}`;
    return () => {
      document.title = t('app.name');
    };
  }, [entity]);
  if (!entity) return <EmptyState icon="warning" title={t('error.noentity')} />;
  if (rows.isError) return <ErrorState error={rows.error} />;
  if (!rows.data) return <Loading />;
  const fields = columns.map((c) => fieldOf(entity, c)!);
  return (
    <main className="print-page">
      <div className="print-bar no-print">
        <strong>{t('print.title')}</strong>
        <span className="grow" />
        <Button onClick={() => history.back()}>{t('back')}</Button>
        <Button type="primary" onClick={() => window.print()}>
          {t('print.run')}
        </Button>
      </div>
      <article className="paper" tabIndex={0} aria-label={t('print.title')}>
        <header>
          <h1>
            {me.organisation.name} · {entity.plural}
          </h1>
          <p className="muted">
            {t('print.by', { name: String(me.user.name ?? ''), at: formatInstant(now) })}　{t('print.count', { n: rows.data.length })}
          </p>
        </header>
        <table>
          <thead>
            <tr>
              <th>#</th>
              {fields.map((f) => (
                <th key={f.name} className={kindOf(f).numeric ? 'cell-right' : ''}>
                  {f.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.data.map((r, i) => (
              <tr key={r.id}>
                <td>{i + 1}</td>
                {fields.map((f) => (
                  <td key={f.name} className={kindOf(f).numeric ? 'cell-right' : ''}>
                    {formatValue(r[f.name], f)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </article>
    </main>
  );
}
