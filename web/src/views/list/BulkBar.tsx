import { lazy, Suspense, useState } from 'react';
import Button from 'antd/es/button';
import { recordWritten, type ListParams, useCount } from '@/api/hooks';
import { request } from '@/api/client';
import type { BulkResult, Entity, Rec, Target } from '@/api/types';
import { useGo } from '@/app/nav';
import { t } from '@/i18n/t';
import { can } from '@/metadata/fields';
import { confirm, toast } from '@/ui/feedback';
import { Icon } from '@/ui/Icon';
import { Menu, type MenuEntry } from '@/ui/Menu';
import { followBulk } from '../action/results';
import { openAction } from '../form/openForm';
import { exportList } from './exportList';

const BulkEditDialog = lazy(() => import('./BulkEditDialog'));
const MergeDialog = lazy(() => import('./MergeDialog'));

interface Props {
  entityName: string;
  entity: Entity;
  params: ListParams;
  columns: string[];
  selected: Set<string>;
  rows: Rec[];
  more: boolean;
  allMatching: boolean;
  onAllMatching: (all: boolean) => void;
  onClear: () => void;
}
export function BulkBar(p: Props) {
  const { entityName: name, entity, selected } = p;
  const go = useGo();
  const [dialog, setDialog] = useState<'edit' | 'merge' | null>(null);
  const ids = [...selected];
  const count = useCount(name, { filter: p.params.filter, q: p.params.q }, p.allMatching ? 'exact' : 'no').data?.value;
  const many = p.allMatching ? count : ids.length;
  const target: Target = p.allMatching ? { filter: p.params.filter ?? {}, q: p.params.q || undefined } : { ids };
  const idFilter = { id: { in: ids } };

  const remove = async () => {
    const title = many === undefined ? t('bulk.delete.all') : t('bulk.delete', { n: many });
    if (!(await confirm({ title, content: t('bulk.delete.help'), okText: t('delete'), danger: true }))) return;
    try {
      const answer = await request<BulkResult>('DELETE', `/${name}`, { body: target });
      await followBulk(answer);
      recordWritten(name);
      p.onClear();
    } catch (e) {
      toast.error(e);
    }
  };
  const exportAs = (format: 'csv' | 'xlsx') =>
    void exportList(name, entity, p.allMatching ? p.params : { filter: idFilter, sort: p.params.sort }, p.columns, format);
  const actions = entity.actions.filter((a) => a.on === 'record' && a.bulk);
  const run = (action: (typeof actions)[number]) =>
    openAction({
      entity: name,
      action,
      ...target,
      onDone: () => {
        recordWritten(name);
        p.onClear();
      },
    });
  const more: MenuEntry[] = [
    ...actions.slice(3).map((a) => ({ key: a.name, label: a.label, danger: a.danger, onClick: () => run(a) })),
    ...(can(entity, 'export')
      ? (['xlsx', 'csv'] as const).map((f) => ({
          key: f,
          label: t('bulk.export', { format: f.toUpperCase() }),
          icon: <Icon name="export" />,
          onClick: () => exportAs(f),
        }))
      : []),
    ...(p.allMatching
      ? []
      : [
          {
            key: 'print',
            label: t('bulk.print'),
            icon: <Icon name="print" />,
            onClick: () => go(`/print/${name}`, { ids: ids.join(','), cols: p.columns.join(','), sort: p.params.sort }),
          },
        ]),
    ...(can(entity, 'merge') && !p.allMatching
      ? [
          {
            key: 'merge',
            label: t('bulk.merge'),
            icon: <Icon name="merge" />,
            disabled: ids.length < 2 || ids.length > 20,
            onClick: () => setDialog('merge'),
          },
        ]
      : []),
    ...(can(entity, 'delete')
      ? ['line' as const, { key: 'delete', label: t('delete'), icon: <Icon name="bin" />, danger: true, onClick: () => void remove() }]
      : []),
  ];
  const all = p.rows.length > 0 && p.rows.every((r) => selected.has(r.id));
  return (
    <footer className="bulk-bar" role="toolbar" aria-label={t('bulk.label')}>
      <strong aria-live="polite">{p.allMatching ? (count === undefined ? t('bulk.all_selected') : t('bulk.all_selected_n', { n: count })) : t('bulk.selected', { n: ids.length })}</strong>
      {all && p.more && !p.allMatching && (
        <button type="button" className="link" onClick={() => p.onAllMatching(true)}>
          {t('bulk.select_matching')}
        </button>
      )}
      <button type="button" className="link" onClick={p.onClear}>
        {t('bulk.clear')}
      </button>
      <span className="grow" />
      {can(entity, 'edit') && <Button onClick={() => setDialog('edit')}>{t('bulk.edit')}</Button>}
      <span className="row wide-only">
        {actions.slice(0, 3).map((a) => (
          <Button key={a.name} danger={a.danger} onClick={() => run(a)}>
            {a.label}
          </Button>
        ))}
      </span>
      {more.length > 0 && <Menu label={t('more')} up button={<Icon name="more" />} items={more} />}
      <Suspense fallback={null}>
        {dialog === 'edit' && (
          <BulkEditDialog
            entityName={name}
            entity={entity}
            target={target}
            count={many ?? null}
            onClose={(done) => {
              setDialog(null);
              if (done) p.onClear();
            }}
          />
        )}
        {dialog === 'merge' && (
          <MergeDialog
            entityName={name}
            entity={entity}
            ids={ids}
            onClose={(done) => {
              setDialog(null);
              if (done) p.onClear();
            }}
          />
        )}
      </Suspense>
    </footer>
  );
}
