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
