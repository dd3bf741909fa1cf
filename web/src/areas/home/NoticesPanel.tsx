import { Link } from '@tanstack/react-router';
import { useEntity } from '@/api/hooks';
import { home } from '@/i18n/dict/home';
import { translator } from '@/i18n/t';
import { EmptyState, Panel } from '@/ui/parts';
import { NOTICE_FIELDS, NoticeItem } from '../notices/NoticeItem';
import { readAllNotices } from '../notices/readAll';
import '../notices/notices.css';
import { useTop } from '../shared/queries';

const tx = translator(home);

export function NoticesPanel() {
  const known = useEntity('notifications');
  const list = useTop('notifications', { filter: { read_at: { empty: true } }, sort: '-created_at', limit: 6, fields: NOTICE_FIELDS });
  if (!known) return null;
  const items = list.data?.items ?? [];
  const total = list.data?.count?.value ?? 0;
  return (
    <Panel
      title={
        <>
          {tx('notices')} {total > 0 && <span className="badge">{total}</span>}
        </>
      }
      extra={
        <span className="row small">
          {items.length > 0 && (
            <button type="button" className="link" onClick={() => void readAllNotices()}>
              {tx('notices.read_all')}
            </button>
          )}
          <Link to={'/notices' as '/'}>{tx('notices.all')}</Link>
        </span>
      }
      className="work-panel"
    >
      {items.length === 0 ? (
        <EmptyState icon="bell" title={tx('notices.empty')} />
      ) : (
        <ul className="notices">
          {items.map((n) => (
            <NoticeItem key={n.id} notice={n} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
