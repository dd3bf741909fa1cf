import { lazy, Suspense, useEffect, useState } from 'react';
import { useEntity, useRecord } from '@/api/hooks';
import type { Entity, Rec, Related } from '@/api/types';
import { useGo, usePathParams, useSearchText } from '@/app/nav';
import { typing } from '@/app/shortcuts';
import { leadingLists, recordPanels, recordTabs, shownElsewhere, type RecordTab } from '@/areas';
import { useMeta } from '@/api/hooks';
import { formatInstant } from '@/i18n/format';
import { t } from '@/i18n/t';
import { groupsOf } from '@/metadata/fields';
import { mayOn } from '@/metadata/rights';
import { EmptyState, ErrorState, Loading, Tabs, type TabItem } from '@/ui/parts';
import { ApiError } from '@/api/errors';
import { openRecordForm } from '../form/openForm';
import { FieldGroups } from './FieldGroups';
import { RecordHead } from './RecordHead';
import './record.css';

const Timeline = lazy(() => import('./Timeline'));
const History = lazy(() => import('./History'));
const Attachments = lazy(() => import('./Attachments'));
const RelatedList = lazy(() => import('./RelatedList'));
const AsOfBar = lazy(() => import('./AsOfBar'));

export default function RecordPage() {
  const { entity: name, id } = usePathParams();
  const entity = useEntity(name);
  if (!entity) return <EmptyState icon="warning" title={t('error.noentity')} />;
  return <Page key={`${name}/${id}`} name={name} entity={entity} id={id} />;
}

function Page({ name, entity, id }: { name: string; entity: Entity; id: string }) {
  const meta = useMeta();
  const go = useGo();
  const [search, setSearch] = useSearchText();
  const [past, setPast] = useState(false);
  const asOf = search.as_of ?? null;
  const live = useRecord(name, id);
  const old = useRecord(name, asOf ? id : undefined, asOf);
  const record: Rec | undefined = asOf ? old.data : live.data;
  const related = entity.related.filter((r) => meta.entities[r.entity]);
  const own = (recordTabs[name] ?? []).filter((x) => !x.when || x.when(meta));
  const replaced = new Set([...(shownElsewhere[name] ?? []), ...own.flatMap((x) => x.replaces ?? [])]);
  const listed = related.filter((r) => !replaced.has(`${r.entity}.${r.field}`));
  // One list of an entity is called after it, several also by what links them; a label may be one of its own.
  const alone = (r: Related) => listed.filter((x) => x.entity === r.entity).length === 1 && r.label.startsWith(`${meta.entities[r.entity].plural} ·`);
  const lists = listed.map((r) => ({ key: `${r.entity}.${r.field}`, label: alone(r) ? meta.entities[r.entity].plural : r.label }));
  const leading = leadingLists[name] ?? [];
  const tabs: TabItem[] = [
    { key: 'details', label: t('record.details') },
    ...own.map((x) => ({ key: x.key, label: t(x.label) })),
    ...lists.filter((x) => leading.includes(x.key)),
    ...(entity.attachments ? [{ key: 'files', label: t('record.files') }] : []),
    ...(entity.timeline ? [{ key: 'timeline', label: t('record.timeline') }] : []),
    { key: 'history', label: t('record.history') },
    ...lists.filter((x) => !leading.includes(x.key)),
  ];
  const tab = tabs.some((x) => x.key === search.tab) ? search.tab! : 'details';
  const mayEdit = mayOn(entity, live.data, 'edit') && !asOf && !record?.deleted_at;

  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      if (e.key !== 'e' || e.ctrlKey || e.metaKey || e.altKey || typing(e.target) || !mayEdit) return;
      e.preventDefault();
      openRecordForm({ entity: name, id });
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [name, id, mayEdit]);

  // A record merged into another answers as the other one.
  const keptId = live.data?.id;
  useEffect(() => {
    if (keptId && keptId !== id) go(`/e/${name}/${keptId}`);
  }, [keptId, id, name, go]);

  if (live.isError) {
    const gone = live.error instanceof ApiError && (live.error.status === 404 || live.error.status === 403);
    return gone ? (
      <EmptyState icon="search" title={t('error.norecord')} />
    ) : (
      <ErrorState error={live.error} retry={() => void live.refetch()} />
    );
  }
  if (!live.data) return <Loading />;
  const ownTab: RecordTab | undefined = own.find((x) => x.key === tab);
  const shownRelated = related.find((r) => `${r.entity}.${r.field}` === tab);
  const showPast = past || Boolean(asOf);
  return (
    <div className={`page record-page${asOf ? ' is-past' : ''}`}>
      <RecordHead
        name={name}
        entity={entity}
        record={record ?? live.data}
        readOnly={Boolean(asOf)}
        onPast={() => {
          setPast(!showPast);
          if (asOf) setSearch({ as_of: undefined });
        }}
        past={showPast}
      />
      {showPast && (
        <Suspense fallback={null}>
          <AsOfBar record={live.data} value={asOf} onChange={(v) => setSearch({ as_of: v ?? undefined })} />
        </Suspense>
      )}
      {asOf && old.isError && (
        <p className="note note-amber" role="alert">
          {t('record.not_then', { at: formatInstant(asOf) })}
        </p>
      )}
      {!asOf &&
        (recordPanels[name] ?? []).map((Part, i) => (
          <Suspense key={i} fallback={null}>
            <Part record={live.data} entity={name} reload={() => void live.refetch()} />
          </Suspense>
        ))}
      <div className="panel record-body">
        <Tabs
          id="record"
          label={entity.label}
          items={tabs}
          value={tab}
          onChange={(key) => setSearch({ tab: key === 'details' ? undefined : key })}
        />
        <div id="record-panel" role="tabpanel" aria-labelledby={`record-${tab}`} className="record-panel">
          <Suspense fallback={<Loading />}>
            {tab === 'details' &&
              (record ? (
                <FieldGroups
                  name={name}
                  record={record}
                  groups={groupsOf(entity.fields.filter((f) => !f.hidden))}
                  editing={mayEdit}
                  compare={asOf ? live.data : undefined}
                />
              ) : (
                !old.isError && <Loading />
              ))}
            {tab === 'timeline' && <Timeline entityName={name} id={id} />}
            {tab === 'files' && <Attachments entityName={name} id={id} mayEdit={mayEdit} />}
            {tab === 'history' && <History entityName={name} entity={entity} id={id} />}
            {ownTab && <ownTab.part record={live.data} entity={name} reload={() => void live.refetch()} />}
            {shownRelated && <RelatedList key={tab} related={shownRelated} parent={live.data} parentEntity={entity} />}
          </Suspense>
        </div>
      </div>
    </div>
  );
}
