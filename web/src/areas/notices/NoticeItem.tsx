import { patch } from '@/api/client';
import { queryClient, recordWritten } from '@/api/hooks';
import type { AnyRef, Rec } from '@/api/types';
import { home } from '@/i18n/dict/home';
import { formatAgo, formatInstant } from '@/i18n/format';
import { translator } from '@/i18n/t';
import { toast } from '@/ui/feedback';
import { Icon } from '@/ui/Icon';
import { RecordLink } from '@/ui/RecordLink';
import { textOf } from '../shared/queries';

const tx = translator(home);
export const NOTICE_FIELDS = ['code', 'args', 'about', 'read_at', 'created_at'];

/** The server tells the sentence, in the reader's language. */
const noticeText = (n: Rec) => textOf(n._text) || textOf(n.code);

export async function markRead(n: Rec) {
  if (n.read_at) return;
  try {
    recordWritten('notifications', await patch<Rec>(`/notifications/${n.id}`, { read_at: new Date().toISOString() }));
    void queryClient.invalidateQueries({ queryKey: ['me'] });
  } catch (e) {
    toast.error(e);
  }
}

export function NoticeItem({ notice }: { notice: Rec }) {
  const about = notice.about as AnyRef | null;
  const text = noticeText(notice);
  return (
    <li className={`notice${notice.read_at ? '' : ' is-unread'}`}>
      <div className="grow">
        {about ? (
          // A press on the link also says that it was read.
          <span onClickCapture={() => void markRead(notice)}>
            <RecordLink entity={about.entity} id={about.id}>
              {text}
            </RecordLink>
          </span>
        ) : (
          text
        )}
        <time className="muted small" dateTime={textOf(notice.created_at)} title={formatInstant(notice.created_at)}>
          {formatAgo(textOf(notice.created_at))}
        </time>
      </div>
      {!notice.read_at && (
        <button
          type="button"
          className="icon-button icon-small"
          title={tx('notices.read')}
          aria-label={`${tx('notices.read')}: ${text}`}
          onClick={() => void markRead(notice)}
        >
          <Icon name="check" size={15} />
        </button>
      )}
    </li>
  );
}
