import Button from 'antd/es/button';
import { useEntity, useMeta } from '@/api/hooks';
import type { Rec } from '@/api/types';
import { formatValue } from '@/fields/kind';
import { settings } from '@/i18n/dict/settings';
import { t, translator } from '@/i18n/t';
import { can, fieldOf } from '@/metadata/fields';
import { EmptyState, Loading, PageBar, Panel } from '@/ui/parts';
import { openRecordForm } from '@/views/form/openForm';
import { today } from '../shared/days';
import { textOf, useAll } from '../shared/queries';
import { bySingular } from './inputs';
import './settings.css';

const tx = translator(settings);

/** The first number a rule would give today. */
function sample(r: Rec): string {
  const date = { none: 0, year: 4, month: 6, day: 8 }[textOf(r.date_part)] ?? 0;
  return textOf(r.prefix) + today().replaceAll('-', '').slice(0, date) + '1'.padStart(Number(r.width) || 6, '0');
}

/** How the numbers of records look (CUS-54). */
export default function NumberingPage() {
  const meta = useMeta();
  const entity = useEntity('numberings');
  const list = useAll('numberings', { sort: 'entity' });
  if (!entity) return <EmptyState icon="warning" title={t('error.noentity')} />;
  const [prefix, part, width] = ['prefix', 'date_part', 'width'].map((n) => fieldOf(entity, n));
  return (
    <div className="page">
      <div className="page-narrow">
        <PageBar title={tx('num.title')}>
          {can(entity, 'create') && (
            <Button type="primary" onClick={() => openRecordForm({ entity: 'numberings', onSaved: () => {} })}>
              {tx('num.new')}
            </Button>
          )}
        </PageBar>
        <Panel>
          {list.isPending ? (
            <Loading />
          ) : !list.data?.length ? (
            <EmptyState title={tx('num.none')} />
          ) : (
            <div className="table-scroll">
              <table className="table dict-table">
                <thead>
                  <tr>
                    <th scope="col">{tx('num.entity')}</th>
                    {[prefix, part, width].map((f) => (
                      <th key={f?.name} scope="col">
                        {f?.label}
                      </th>
                    ))}
                    <th scope="col">{tx('num.sample')}</th>
                    <th scope="col">
                      <span className="sr-only">{t('more')}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {list.data.map((r) => (
                    <tr key={r.id}>
                      <td>{bySingular(meta.entities, r.entity)?.label ?? textOf(r.entity)}</td>
                      <td>{textOf(r.prefix)}</td>
                      <td>{part && formatValue(r.date_part, part)}</td>
                      <td className="num">{textOf(r.width)}</td>
                      <td className="num">{sample(r)}</td>
                      <td>
                        <span className="row dict-actions">
                          {can(entity, 'edit') && (
                            <button type="button" className="link" onClick={() => openRecordForm({ entity: 'numberings', id: r.id })}>
                              {t('edit')}
                            </button>
                          )}
                        </span>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </Panel>
      </div>
    </div>
  );
}
