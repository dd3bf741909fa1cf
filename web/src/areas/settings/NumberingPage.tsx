import Button from 'antd/es/button';
import { useEntity, useMeta } from '@/api/hooks';
import type { Rec } from '@/api/types';
import { formatValue } from '@/fields/kind';
import { settings } from '@/i18n/dict/settings';
import { t, translator } from '@/i18n/t';
import { can, fieldOf } from '@/metadata/fields';
import { EmptyState, Loading, PageBar, Panel } from '@/ui/parts';
import { RowTable } from '@/ui/RowTable';
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
            <RowTable
              rows={list.data}
              id={(r) => r.id}
              columns={[
                { title: tx('num.entity'), cell: (r) => bySingular(meta.entities, r.entity)?.label ?? textOf(r.entity) },
                { title: prefix?.label, cell: (r) => textOf(r.prefix) },
                { title: part?.label, wide: true, cell: (r) => part && formatValue(r.date_part, part) },
                { title: width?.label, wide: true, num: true, cell: (r) => textOf(r.width) },
                { title: tx('num.sample'), num: true, cell: sample },
              ]}
              actions={(r) =>
                can(entity, 'edit') && (
                  <button type="button" className="link" onClick={() => openRecordForm({ entity: 'numberings', id: r.id })}>
                    {t('edit')}
                  </button>
                )
              }
            />
          )}
        </Panel>
      </div>
    </div>
  );
}
