import { useEffect, useState } from 'react';
import Checkbox from 'antd/es/checkbox';
import Input from 'antd/es/input';
import { del, patch, post } from '@/api/client';
import { queryClient, useMe, useMeta } from '@/api/hooks';
import type { Rec, Ref } from '@/api/types';
import { t } from '@/i18n/t';
import { can } from '@/metadata/fields';
import { confirm, errorText, toast } from '@/ui/feedback';
import { Icon } from '@/ui/Icon';
import { Menu, type MenuEntry } from '@/ui/Menu';
import { Dialog } from '@/ui/Overlay';
import { LabeledField, Tabs } from '@/ui/parts';
import { typing } from '@/app/shortcuts';
import type { ListState, ViewDef } from './state';

/** The catalog decides how a view keeps its parts: text fields hold JSON as text. */
const stored = (state: ListState) => ({ filter: JSON.stringify(state.filter ?? {}), sort: state.sort || null, columns: JSON.stringify(state.columns) });

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
      if (view) { e.preventDefault(); state.set({ view: view.key }); }
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [views, state]);

  const overwrite = async () => {
    try {
      await patch(`/views/${record!.id}`, stored(state));
      await refresh();
      state.set({ view: state.view.key });
      toast.success(t('saved'));
    } catch (e) { toast.error(e); }
  };
  const remove = async () => {
    if (!(await confirm({ title: t('view.delete', { name: state.view.label }), danger: true }))) return;
    try { await del(`/views/${record!.id}`); await refresh(); state.set({ view: 'all' }); } catch (e) { toast.error(e); }
  };
  const items: MenuEntry[] = [
    ...(mayCreate ? [{ key: 'new', label: t('view.save_as'), icon: <Icon name="plus" />, onClick: () => setNaming('new') }] : []),
    ...(mine && state.changed ? [{ key: 'save', label: t('view.save', { name: state.view.label }), icon: <Icon name="save" />, onClick: () => void overwrite() }] : []),
    ...(mine ? [{ key: 'rename', label: t('view.rename'), icon: <Icon name="edit" />, onClick: () => setNaming('rename') }, { key: 'delete', label: t('delete'), icon: <Icon name="bin" />, danger: true, onClick: () => void remove() }] : []),
    ...(state.changed ? [{ key: 'reset', label: t('view.reset'), icon: <Icon name="undo" />, onClick: () => state.set({ view: state.view.key }) }] : []),
  ];
  return (
    <Tabs id="views" label={t('view.views')} value={state.view.key} onChange={(key) => state.set({ view: key })} items={views.map((v) => ({ key: v.key, label: <>{v.label}{v.key === state.view.key && state.changed ? ' •' : ''}</> }))}>
      {items.length > 0 && <Menu label={t('view.views')} button={<Icon name="save" />} items={items} />}
      {naming && <NameDialog entityName={entityName} state={state} record={naming === 'rename' ? record : undefined} onClose={() => setNaming(null)} />}
    </Tabs>
  );
}

function NameDialog({ entityName, state, record, onClose }: { entityName: string; state: ListState; record?: Rec; onClose: () => void }) {
  const [name, setName] = useState(record ? String(record.name) : '');
  const [shared, setShared] = useState(record?.shared === true);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const save = async () => {
    if (!name.trim()) return setError(t('setup.required'));
    setBusy(true);
    try {
      const saved = record ? await patch<Rec>(`/views/${record.id}`, { name: name.trim(), shared }) : await post<Rec>('/views', { entity: entityName, name: name.trim(), shared, ...stored(state) });
      await queryClient.invalidateQueries({ queryKey: ['list', 'views'] });
      onClose();
      state.set({ view: `v${saved.id}` });
    } catch (e) { setError(errorText(e)); setBusy(false); }
  };
  return (
    <Dialog open title={record ? t('view.rename') : t('view.save_as')} onClose={onClose} onOk={() => void save()} okText={t('save')} busy={busy} width={400}>
      <div className="stack">
        <LabeledField id="view-name" label={t('view.name')} required error={error}><Input id="view-name" autoFocus value={name} maxLength={60} onChange={(e) => setName(e.target.value)} onPressEnter={() => void save()} /></LabeledField>
        <Checkbox checked={shared} onChange={(e) => setShared(e.target.checked)}>{t('view.shared')}</Checkbox>
      </div>
    </Dialog>
  );
}
