import { Link } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { get } from '@/api/client';
import { useMeta } from '@/api/hooks';
import type { Import, Page } from '@/api/types';
import { formatInstant } from '@/i18n/format';
import { t, type Key } from '@/i18n/t';
import { can } from '@/metadata/fields';
import { EmptyState, ErrorState, Loading, PageBar } from '@/ui/parts';
import { Pill } from '@/ui/Pill';
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
  const entities = Object.entries(meta.entities).filter(([, e]) => can(e, 'import'));
  return (
    <div className="page">
      <PageBar title={t('import.list')} />
      <p className="row-wrap filter-line">
        {entities.map(([name, e]) => (
          <Link key={name} className="import-start" to="/import/$entity" params={{ entity: name }}>
            {t('import.title', { name: e.label })}
          </Link>
        ))}
      </p>
      <section className="panel table-scroll">
        {list.isPending ? (
          <Loading />
        ) : list.isError ? (
          <ErrorState error={list.error} retry={() => void list.refetch()} />
        ) : !list.data.items.length ? (
          <EmptyState icon="import" title={t('import.none')} />
        ) : (
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t('import.file')}</th>
                <th scope="col">{t('bin.entity')}</th>
                <th scope="col">{t('import.state')}</th>
                <th scope="col">{t('import.result')}</th>
                <th scope="col">{t('changes.at')}</th>
                <th scope="col">{t('changes.actor')}</th>
              </tr>
            </thead>
            <tbody>
              {list.data.items.map((i) => (
                <tr key={i.id}>
                  <td>
                    <Link to="/import/$entity" params={{ entity: i.entity }} search={{ id: i.id } as never}>
                      {i.file_name}
                    </Link>
                  </td>
                  <td>{meta.entities[i.entity]?.plural ?? i.entity}</td>
                  <td>
                    <Pill color={COLOR[i.state]}>{t(`import.state.${i.state}` as Key)}</Pill>
                  </td>
                  <td>
                    {i.result &&
                      [
                        t('import.created', { n: i.result.created }),
                        t('import.updated', { n: i.result.updated }),
                        t('import.failed', { n: i.result.failed }),
                      ].join(' · ')}
                  </td>
                  <td className="num">{formatInstant(i.created_at)}</td>
                  <td>{i.created_by?.title}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </div>
  );
}
