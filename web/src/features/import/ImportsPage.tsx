import { Link } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { get } from '@/api/client';
import { useMeta } from '@/api/hooks';
import type { Import, Page } from '@/api/types';
import { formatInstant } from '@/i18n/format';
import { t, type Key } from '@/i18n/t';
import { can } from '@/metadata/fields';
import { EmptyState, ErrorState, Loading, PageBar } from '@/ui/parts';
import { useGo } from '@/app/nav';
import { keptByRules, quickCreate } from '@/areas';
import { Icon } from '@/ui/Icon';
import { Menu } from '@/ui/Menu';
import { Pill } from '@/ui/Pill';
import { RowTable } from '@/ui/RowTable';
import './import.css';

const COLOR: Record<string, string> = {
  done: 'green',
  failed: 'red',
  reverted: 'grey',
  partly_reverted: 'amber',
  reverting: 'blue',
  cancelled: 'grey',
  ready: 'amber',
  running: 'blue',
  previewing: 'blue',
};

export default function ImportsPage() {
  const meta = useMeta();
  const list = useQuery({ queryKey: ['imports'], queryFn: ({ signal }) => get<Page<Import>>('/imports', {}, signal) });
  const go = useGo();
  const all = meta.areas.flatMap((a) => a.entities).filter((e) => can(meta.entities[e], 'import') && !meta.entities[e].singleton && !keptByRules.has(e));
  const [first, rest] = [all.filter((e) => quickCreate.includes(e)), all.filter((e) => !quickCreate.includes(e))];
  return (
    <div className="page">
      <PageBar title={t('import.list')}>
        <span className="row-wrap">
          {first.map((name) => (
            <Link key={name} className="import-start" to="/import/$entity" params={{ entity: name }}>
              {t('import.title', { name: meta.entities[name].plural })}
            </Link>
          ))}
          {rest.length > 0 && (
            <Menu
              label={t('import.other')}
              button={
                <>
                  {t('import.other')} <Icon name="down" size={13} />
                </>
              }
              items={rest.map((name) => ({
                key: name,
                label: meta.entities[name].plural,
                onClick: () => go(`/import/${name}`),
              }))}
            />
          )}
        </span>
      </PageBar>
      <section className="panel">
        {list.isPending ? (
          <Loading />
        ) : list.isError ? (
          <ErrorState error={list.error} retry={() => void list.refetch()} />
        ) : !list.data.items.length ? (
          <EmptyState icon="import" title={t('import.none')} />
        ) : (
          <RowTable
            stacked
            rows={list.data.items}
            id={(i) => i.id}
            columns={[
              {
                title: t('import.file'),
                cell: (i) => (
                  <Link to="/import/$entity" params={{ entity: i.entity }} search={{ id: i.id } as never}>
                    {i.file_name}
                  </Link>
                ),
              },
              { title: t('bin.entity'), cell: (i) => meta.entities[i.entity]?.plural ?? i.entity },
              { title: t('import.state'), cell: (i) => <Pill color={COLOR[i.state]}>{t(`import.state.${i.state}` as Key)}</Pill> },
              {
                title: t('import.result'),
                cell: (i) =>
                  i.result &&
                  [
                    t('import.created', { n: i.result.created }),
                    t('import.updated', { n: i.result.updated }),
                    t('import.failed', { n: i.result.failed }),
                  ].join(' · '),
              },
              { title: t('changes.at'), num: true, cell: (i) => formatInstant(i.created_at) },
              { title: t('changes.actor'), cell: (i) => i.created_by?.title },
            ]}
          />
        )}
      </section>
    </div>
  );
}
