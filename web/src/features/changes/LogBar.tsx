import { useMe } from '@/api/hooks';
import { useGo } from '@/app/nav';
import { t } from '@/i18n/t';
import { PageBar, Tabs } from '@/ui/parts';

/** The title of both logs; who administers the whole company turns from one to the other. */
export function LogBar({ current }: { current: '/changes' | '/reads' }) {
  const me = useMe();
  const go = useGo();
  return (
    <>
      <PageBar title={t('changes.title')} />
      {me.administrator === 'full' && (
        <Tabs
          id="log"
          label={t('changes.title')}
          items={[
            { key: '/changes', label: t('changes.tab') },
            { key: '/reads', label: t('reads.title') },
          ]}
          value={current}
          onChange={(path) => go(path)}
        />
      )}
    </>
  );
}
