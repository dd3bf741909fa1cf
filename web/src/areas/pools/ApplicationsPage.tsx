import Button from 'antd/es/button';
import { useCallback, useMemo } from 'react';
import { queryClient, useEntity, useMe } from '@/api/hooks';
import type { Rec } from '@/api/types';
import { useSearchText } from '@/app/nav';
import { pools as dict } from '@/i18n/dict/pools';
import { t, translator } from '@/i18n/t';
import { can } from '@/metadata/fields';
import { EmptyState, PageBar, Tabs } from '@/ui/parts';
import { openAction } from '@/views/form/openForm';
import { EntityTable } from '@/views/list/EntityTable';
import { refOf } from '../shared/queries';
import './pools.css';

const tx = translator(dict);
const COLUMNS = ['subject', 'kind', 'state', 'applicant', 'reason', 'days', 'amount', 'signed_on', 'approver', 'created_at', 'decided_at', 'note'];

/** Applications for intent and for more time: to decide, one's own, all that may be seen. */
export default function ApplicationsPage() {
  const entity = useEntity('applications');
  const me = useMe();
  const [search, setSearch] = useSearchText();
  const views = entity?.views ?? [];
  const view = views.find((v) => v.name === search.view) ?? views[0];
  const run = useCallback(
    (name: string, record: Rec) => {
      const action = entity?.actions.find((a) => a.name === name);
      if (action)
        openAction({
          entity: 'applications',
          action,
          record,
          onDone: () => void queryClient.invalidateQueries({ queryKey: ['list', 'customers'] }),
        });
    },
    [entity],
  );
  const rowActions = useCallback(
    (r: Rec) => {
      if (r.state !== 'pending') return null;
      const approver = refOf(r.approver)?.id;
      const mine = refOf(r.applicant)?.id === me.user.id;
      const decides = approver === me.user.id || (can(entity, 'approve') && !(mine && approver));
      return (
        <span className="row decide">
          {decides && (
            <>
              <Button size="small" type="primary" onClick={() => run('approve', r)}>
                {tx('approve')}
              </Button>
              <Button size="small" onClick={() => run('reject', r)}>
                {tx('reject')}
              </Button>
            </>
          )}
          {mine && (
            <Button size="small" onClick={() => run('withdraw', r)}>
              {tx('withdraw')}
            </Button>
          )}
        </span>
      );
    },
    [entity, me.user.id, run],
  );
  const filter = useMemo(() => view?.filter ?? null, [view]);
  if (!entity || !view) return <EmptyState icon="warning" title={t('error.noentity')} />;
  return (
    <div className="list-page page-fill">
      <PageBar title={tx('applications')} />
      <Tabs
        id="apps"
        label={tx('applications')}
        value={view.name}
        onChange={(key) => setSearch({ view: key })}
        items={views.map((v) => ({ key: v.name, label: v.label }))}
      />
      <div className="list-body" id="apps-panel" role="tabpanel" aria-labelledby={`apps-${view.name}`}>
        <EntityTable
          key={view.name}
          entityName="applications"
          filter={filter}
          sort={view.sort ?? undefined}
          columns={COLUMNS}
          rowActions={rowActions}
          actionsWidth={132}
          empty={<EmptyState icon="check" title={tx('applications.none')} />}
        />
      </div>
    </div>
  );
}
