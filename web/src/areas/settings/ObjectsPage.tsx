import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import Button from 'antd/es/button';
import { useState } from 'react';
import { get, patch } from '@/api/client';
import { queryClient, useMeta } from '@/api/hooks';
import { objects as dict } from '@/i18n/dict/objects';
import { t, translator } from '@/i18n/t';
import { confirm, toast } from '@/ui/feedback';
import { Icon, isIcon } from '@/ui/Icon';
import { EmptyState, ErrorState, Loading, PageBar, Panel } from '@/ui/parts';
import { Pill } from '@/ui/Pill';
import { RowTable } from '@/ui/RowTable';
import { ObjectForm, type CustomObject } from './ObjectForm';
import './settings.css';

const tx = translator(dict);

interface Objects {
  items: CustomObject[];
  areas: { name: string; label: string }[];
  max: number;
}

/** What comes after an object was made: fields, and roles where none was chosen. */
function Made({ object }: { object: CustomObject & { granted: boolean } }) {
  return (
    <div className="note note-green row-wrap object-made" role="status">
      <strong>{tx('made', { name: object.label })}</strong>
      <Link className="link" to={'/admin/fields' as '/'} search={{ entity: object.entity } as never}>
        {tx('made.next')}
      </Link>
      {!object.granted && (
        <span>
          {tx('made.alone')}{' '}
          <Link className="link" to={'/admin/roles' as '/'}>
            {tx('made.grant')}
          </Link>
        </span>
      )}
    </div>
  );
}

/** Objects of the company's own: tables beside the built-in ones. */
export default function ObjectsPage() {
  const meta = useMeta();
  const list = useQuery({ queryKey: ['objects'], queryFn: () => get<Objects>('/objects') });
  const [editing, setEditing] = useState<CustomObject | 'new' | null>(null);
  const [made, setMade] = useState<(CustomObject & { granted: boolean }) | null>(null);
  const again = () => {
    void queryClient.invalidateQueries({ queryKey: ['meta'] });
    return queryClient.invalidateQueries({ queryKey: ['objects'] });
  };
  const toggle = async (o: CustomObject) => {
    if (!o.hidden && !(await confirm({ title: tx('hide.ask', { name: o.label }), content: tx('hide.more'), okText: tx('hide') }))) return;
    try {
      await patch(`/objects/${o.id}`, { hidden: !o.hidden }, o.version);
    } catch (e) {
      toast.error(e);
    }
    void queryClient.invalidateQueries({ queryKey: ['fields'] });
    await again();
  };
  const full = (list.data?.items.length ?? 0) >= (list.data?.max ?? Infinity);
  const add = (
    <Button type="primary" disabled={!list.data || full} onClick={() => setEditing('new')}>
      {tx('new')}
    </Button>
  );
  return (
    <div className="page">
      <div className="page-narrow">
        <PageBar title={tx('title')}>{list.data?.items.length ? add : null}</PageBar>
        {made && <Made object={made} />}
        {full && <p className="note note-amber object-made">{tx('full', { max: list.data!.max })}</p>}
        <Panel>
          {list.isPending ? (
            <Loading />
          ) : list.isError ? (
            <ErrorState error={list.error} retry={() => void list.refetch()} />
          ) : list.data.items.length === 0 ? (
            <EmptyState icon="folder" title={tx('none')}>
              <p className="muted">{tx('none.help')}</p>
              {add}
            </EmptyState>
          ) : (
            <RowTable
              rows={list.data.items}
              id={(o) => o.id}
              off={(o) => o.hidden}
              columns={[
                {
                  title: tx('label'),
                  cell: (o) => (
                    <span className="row">
                      <Icon name={isIcon(o.icon) ? o.icon : 'folder'} />
                      {meta.entities[o.entity] ? (
                        <Link className="link" to={`/e/${o.entity}` as '/'}>
                          {o.label}
                        </Link>
                      ) : (
                        o.label
                      )}
                      {o.hidden && <Pill>{tx('hidden')}</Pill>}
                    </span>
                  ),
                },
                { title: tx('name'), wide: true, cell: (o) => <code className="muted">{o.name}</code> },
                { title: tx('area'), wide: true, cell: (o) => list.data.areas.find((a) => a.name === o.area)?.label ?? o.area },
              ]}
              actions={(o) => (
                <>
                  {meta.entities[o.entity] && (
                    <Link className="link" to={'/admin/fields' as '/'} search={{ entity: o.entity } as never}>
                      {tx('fields')}
                    </Link>
                  )}
                  <button type="button" className="link" onClick={() => setEditing(o)}>
                    {t('edit')}
                  </button>
                  <button type="button" className="link" onClick={() => void toggle(o)}>
                    {tx(o.hidden ? 'show' : 'hide')}
                  </button>
                </>
              )}
            />
          )}
        </Panel>
      </div>
      {editing && list.data && (
        <ObjectForm
          object={editing === 'new' ? undefined : editing}
          areas={list.data.areas}
          onClose={() => setEditing(null)}
          onSaved={async (o, granted) => {
            if (editing === 'new') setMade({ ...o, granted });
            await again();
          }}
        />
      )}
    </div>
  );
}
