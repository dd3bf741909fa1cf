import { lazy, Suspense, useEffect, useState } from 'react';
import { del, patch } from '@/api/client';
import { queryClient, useMe, useMeta } from '@/api/hooks';
import type { Ref } from '@/api/types';
import { t } from '@/i18n/t';
import { can } from '@/metadata/fields';
import { confirm, toast } from '@/ui/feedback';
import { Icon } from '@/ui/Icon';
import { Menu, type MenuEntry } from '@/ui/Menu';
import { Tabs } from '@/ui/parts';
import { typing } from '@/app/shortcuts';
import { storedView, type ListState, type ViewDef } from './state';

const ViewNameDialog = lazy(() => import('./ViewNameDialog'));

export function SavedViews({ entityName, views, state }: { entityName: string; views: ViewDef[]; state: ListState }) {
  const meta = useMeta();
  const me = useMe();
  const [naming, setNaming] = useState<'new' | 'rename' | null>(null);
  const record = state.view.record;
  const mine = record && (record.owner as Ref | null)?.id === me.user.id;
  const mayCreate = can(meta.entities.views, 'create');
  const refresh = () => queryClient.invalidateQueries({ queryKey: ['list', 'views'] });

  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      if (!e.altKey || e.ctrlKey || !/^[1-9]$/.test(e.key) || typing(e.target)) return;
      const view = views[Number(e.key) - 1];
      if (view) {
        e.preventDefault();
        state.set({ view: view.key });
      }
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [views, state]);

  const overwrite = async () => {
    try {
      await patch(`/views/${record!.id}`, storedView(state));
      await refresh();
      state.set({ view: state.view.key });
      toast.success(t('saved'));
    } catch (e) {
      toast.error(e);
    }
  };
  const remove = async () => {
    if (!(await confirm({ title: t('view.delete', { name: state.view.label }), danger: true }))) return;
    try {
      await del(`/views/${record!.id}`);
      await refresh();
      state.set({ view: 'all' });
    } catch (e) {
      toast.error(e);
    }
  };
  const items: MenuEntry[] = [
    ...(mayCreate ? [{ key: 'new', label: t('view.save_as'), icon: <Icon name="plus" />, onClick: () => setNaming('new') }] : []),
    ...(mine && state.changed
      ? [{ key: 'save', label: t('view.save', { name: state.view.label }), icon: <Icon name="save" />, onClick: () => void overwrite() }]
      : []),
    ...(mine
      ? [
          { key: 'rename', label: t('view.rename'), icon: <Icon name="edit" />, onClick: () => setNaming('rename') },
          { key: 'delete', label: t('delete'), icon: <Icon name="bin" />, danger: true, onClick: () => void remove() },
        ]
      : []),
    ...(state.changed
      ? [{ key: 'reset', label: t('view.reset'), icon: <Icon name="undo" />, onClick: () => state.set({ view: state.view.key }) }]
      : []),
  ];
  return (
    <Tabs
      id="views"
      label={t('view.views')}
      value={state.view.key}
      onChange={(key) => state.set({ view: key })}
      items={views.map((v) => ({
        key: v.key,
        label: (
          <>
            {v.label}
            {v.key === state.view.key && state.changed ? ' •' : ''}
          </>
        ),
      }))}
    >
      {items.length > 0 && <Menu label={t('view.views')} button={<Icon name="save" />} items={items} />}
      {naming && (
        <Suspense fallback={null}>
          <ViewNameDialog
            entityName={entityName}
            state={state}
            record={naming === 'rename' ? record : undefined}
            onClose={() => setNaming(null)}
          />
        </Suspense>
      )}
    </Tabs>
  );
}
