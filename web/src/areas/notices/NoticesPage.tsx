import Button from 'antd/es/button';
import { useRecords } from '@/api/hooks';
import { useSearchText } from '@/app/nav';
import { home } from '@/i18n/dict/home';
import { t, translator } from '@/i18n/t';
import { EmptyState, ErrorState, Loading, PageBar, Tabs } from '@/ui/parts';
import { NOTICE_FIELDS, NoticeItem } from './NoticeItem';
import { readAllNotices } from './readAll';
import './notices.css';

const tx = translator(home);

/** Everything the system told this person, newest first. */
export default function NoticesPage() {
  const [search, setSearch] = useSearchText();
  const every = search.show === 'all';
  const list = useRecords('notifications', {
    filter: every ? null : { read_at: { empty: true } },
    sort: '-created_at',
    fields: NOTICE_FIELDS,
    limit: 50,
  });
  const items = list.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <div className="page">
      <div className="page-narrow">
        <PageBar title={tx('notices.page')}>
          <Button onClick={() => void readAllNotices()}>{tx('notices.read_all')}</Button>
        </PageBar>
        <div className="panel">
          <Tabs
            id="notices"
            label={tx('notices.page')}
            value={every ? 'all' : 'unread'}
            onChange={(key) => setSearch({ show: key === 'all' ? 'all' : undefined })}
            items={[
              { key: 'unread', label: tx('notices.unread') },
              { key: 'all', label: tx('notices.every') },
            ]}
          />
          <div id="notices-panel" role="tabpanel" aria-labelledby={`notices-${every ? 'all' : 'unread'}`} className="panel-body">
            {list.isError ? (
              <ErrorState error={list.error} retry={() => void list.refetch()} />
            ) : list.isPending ? (
              <Loading />
            ) : items.length === 0 ? (
              <EmptyState icon="bell" title={tx(every ? 'notices.none' : 'notices.empty')} />
            ) : (
              <ul className="notices">
                {items.map((n) => (
                  <NoticeItem key={n.id} notice={n} />
                ))}
              </ul>
            )}
            {list.hasNextPage && (
              <p className="center">
                <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                  {t('more')}
                </Button>
              </p>
            )}
          </div>
        </div>
      </div>
    </div>
  );
}
