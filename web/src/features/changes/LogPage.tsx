import type { ReactNode } from 'react';
import { useMe } from '@/api/hooks';
import { useGo } from '@/app/nav';
import { t } from '@/i18n/t';
import { PageBar, Tabs } from '@/ui/parts';

/** A page of the logs; who administers the whole company turns from one log to the other. */
export function LogPage({ current, children }: { current: '/changes' | '/reads'; children: ReactNode }) {
  const me = useMe();
  const go = useGo();
  const both = me.administrator === 'full';
  return (
    <div className="page">
      <PageBar title={t('changes.title')} />
      {both && (
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
      <div id="log-panel" role={both ? 'tabpanel' : undefined} aria-labelledby={both ? `log-${current}` : undefined}>
        {children}
      </div>
    </div>
  );
}
