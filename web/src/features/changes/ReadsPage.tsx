import Select from 'antd/es/select';
import { useCursor, useMeta } from '@/api/hooks';
import type { Filter, Page, Ref } from '@/api/types';
import { useSearchText } from '@/app/nav';
import { RecordPicker, useTitles } from '@/fields/reference';
import { formatInstant, groupDigits } from '@/i18n/format';
import { t, type Key } from '@/i18n/t';
import { More } from '@/ui/More';
import { EmptyState, ErrorState, Loading } from '@/ui/parts';
import { RowTable } from '@/ui/RowTable';
import { RangeWords, type Range } from '@/views/list/RangeWords';
import '@/views/record/record.css';
import { LogPage } from './LogPage';

/** Something noted though nothing changed. */
interface Read {
  id: string;
  at: string;
  actor: Ref | null;
  kind: string;
  entity: string;
  rows?: number;
  range?: Range & { filter?: string | Filter };
  purpose?: string | null;
  address?: string;
  detail?: string;
}
const KINDS = ['sign_in', 'sessions_ended', 'export', 'download', 'import'];

/** Who signed in, and who took what out, for those who administer the whole company (IMP-03). */
export default function ReadsPage() {
  const meta = useMeta();
  const [search, setSearch] = useSearchText();
  const query = { user: search.user, kind: search.kind };
  const user = useTitles('users', search.user ? [search.user] : [], new Map());
  const list = useCursor<Page<Read>>(['reads', query], '/reads', query);
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const kindOf = (kind: string) => (KINDS.includes(kind) ? t(`reads.${kind}` as Key) : kind);
  const what = (read: Read) => {
    const entity = meta.entities[read.entity];
    if (read.kind !== 'export') return read.kind === 'import' ? `${entity?.label ?? read.entity} ${read.detail ?? ''}` : (read.detail ?? null);
    return (
      <>
        {t('reads.rows', { entity: entity?.label ?? read.entity, n: groupDigits(String(read.rows ?? '')) })}
        {read.purpose && <p>{t('reads.purpose', { purpose: read.purpose })}</p>}
        {entity && read.range && <RangeWords entity={entity} range={read.range} />}
      </>
    );
  };
  return (
    <LogPage current="/reads">
      <div className="row-wrap filter-line">
        <span className="filter-date">
          <RecordPicker
            entity="users"
            label={t('changes.actor')}
            placeholder={t('changes.actor')}
            value={user}
            onChange={(v) => setSearch({ user: v[0]?.id })}
          />
        </span>
        <Select
          className="filter-date"
          allowClear
          aria-label={t('changes.kind')}
          placeholder={t('changes.kind')}
          value={search.kind}
          options={KINDS.map((value) => ({ value, label: kindOf(value) }))}
          onChange={(kind) => setSearch({ kind })}
        />
      </div>
      <section className="panel">
        {list.isPending ? (
          <Loading />
        ) : list.isError ? (
          <ErrorState error={list.error} retry={() => void list.refetch()} />
        ) : !items.length ? (
          <EmptyState icon="history" title={t('reads.none')} />
        ) : (
          <RowTable
            stacked
            rows={items}
            id={(read) => read.id}
            columns={[
              { title: t('changes.at'), num: true, cell: (read) => formatInstant(read.at) },
              { title: t('changes.actor'), cell: (read) => read.actor?.title ?? t('history.system') },
              { title: t('changes.kind'), cell: (read) => kindOf(read.kind) },
              { title: t('changes.what'), cell: what },
              { title: t('reads.address'), num: true, cell: (read) => read.address },
            ]}
          />
        )}
        <More list={list} />
      </section>
    </LogPage>
  );
}
