import Button from 'antd/es/button';
import Select from 'antd/es/select';
import { useState } from 'react';
import { post } from '@/api/client';
import { recordWritten, useMeta } from '@/api/hooks';
import { useSearchText } from '@/app/nav';
import { listed, unlisted } from '@/areas';
import { t } from '@/i18n/t';
import { can, defaultColumns } from '@/metadata/fields';
import { errorText, toast } from '@/ui/feedback';
import { EmptyState, PageBar } from '@/ui/parts';
import { EntityTable } from '@/views/list/EntityTable';
import { QuickSearch } from '@/views/list/QuickSearch';
import '@/views/list/list.css';

/** What was deleted, by module, and the way back. */
export default function BinPage() {
  const meta = useMeta();
  const [search, setSearch] = useSearchText();
  const all = meta.areas.flatMap((a) => a.entities).filter((e) => can(meta.entities[e], 'delete'));
  // What people work with comes before what they set up.
  const names = [...listed(all, meta), ...all.filter((e) => unlisted.has(e))];
  const name = search.entity && meta.entities[search.entity] ? search.entity : names[0];
  const [selected, setSelected] = useState(new Set<string>());
  const [busy, setBusy] = useState(false);
  if (!name) return <EmptyState icon="bin" title={t('bin.empty')} />;
  const restore = async () => {
    setBusy(true);
    const failed: string[] = [];
    for (const id of selected) {
      try {
        await post(`/${name}/${id}/restore`);
        recordWritten(name, null, id);
      } catch (e) {
        failed.push(errorText(e));
      }
    }
    setBusy(false);
    if (failed.length) toast.warning(t('bin.failed', { n: failed.length, why: failed[0] }));
    else toast.success(t('bin.restored_n', { n: selected.size }));
    setSelected(new Set());
    recordWritten(name);
  };
  const columns = ['deleted_at', ...defaultColumns(meta.entities[name])].filter((c, i, all) => all.indexOf(c) === i);
  return (
    <div className="list-page page-fill">
      <PageBar title={t('nav.bin')}>
        <Select
          aria-label={t('bin.entity')}
          value={name}
          showSearch={{ optionFilterProp: 'label' }}
          popupMatchSelectWidth={false}
          options={names.map((e) => ({ value: e, label: meta.entities[e].plural }))}
          onChange={(e) => {
            setSelected(new Set());
            setSearch({ entity: e, q: undefined });
          }}
        />
        <QuickSearch key={name} value={search.q ?? ''} onChange={(q) => setSearch({ q })} />
        <Button type="primary" disabled={!selected.size} loading={busy} onClick={() => void restore()}>
          {selected.size ? t('bin.restore_n', { n: selected.size }) : t('bin.restore')}
        </Button>
      </PageBar>
      <div className="list-body">
        <EntityTable
          key={name}
          entityName={name}
          q={search.q}
          bin
          sort="-updated_at"
          columns={columns}
          selected={selected}
          onSelect={setSelected}
          empty={<EmptyState icon="bin" title={t('bin.empty')} />}
        />
      </div>
    </div>
  );
}
