import { useMeta } from '@/api/hooks';
import type { Filter, Ref } from '@/api/types';
import { formatInstant, groupDigits } from '@/i18n/format';
import { t, type Key } from '@/i18n/t';
import { RangeWords, type Range } from '@/views/list/RangeWords';
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
    <LogPage<Read>
      path="/reads"
      by="user"
      of={{ name: 'kind', label: t('changes.kind'), options: KINDS.map((value) => ({ value, label: kindOf(value) })) }}
      none={t('reads.none')}
      columns={[
        { title: t('changes.at'), num: true, cell: (read) => formatInstant(read.at) },
        { title: t('changes.actor'), cell: (read) => read.actor?.title ?? t('history.system') },
        { title: t('changes.kind'), cell: (read) => kindOf(read.kind) },
        { title: t('changes.what'), cell: what },
        { title: t('reads.address'), num: true, cell: (read) => read.address },
      ]}
    />
  );
}
