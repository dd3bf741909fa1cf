import { Link } from '@tanstack/react-router';
import Button from 'antd/es/button';
import { useCallback, useMemo, useState } from 'react';
import { post } from '@/api/client';
import { queryClient, recordWritten, useEntity, useMe } from '@/api/hooks';
import type { ActionResult, Rec } from '@/api/types';
import { useGo, useSearchText } from '@/app/nav';
import { pools as dict } from '@/i18n/dict/pools';
import { translator } from '@/i18n/t';
import { toast } from '@/ui/feedback';
import { EmptyState, Loading, PageBar, Tabs } from '@/ui/parts';
import { openAction } from '@/views/form/openForm';
import { EntityTable } from '@/views/list/EntityTable';
import { QuickSearch } from '@/views/list/QuickSearch';
import { textOf, useTop } from '../shared/queries';
import { useQuiet } from '../shared/quiet';
import { usePools } from './usePools';
import './pools.css';

const tx = translator(dict);
const COLUMNS = ['name', 'lifecycle', 'industry', 'region', 'phone', 'last_contact_at', 'latest_feedback'];

/** How much this person has used of what the pool allows. */
function Usage({ pool }: { pool: string }) {
  const answer = useQuiet(`/pools/${pool}/usage`);
  const a = answer.data;
  if (!a?.held) return null;
  const figure = (n: string, limit: string) => (limit && limit !== '0' ? tx('of', { n, limit }) : tx('unlimited', { n }));
  const full = (n: string, limit: string) => (limit !== '0' && Number(n) >= Number(limit) ? ' text-danger' : '');
  return (
    <dl className="pool-usage">
      <div>
        <dt>{tx('today')}</dt>
        <dd className={`num${full(a.claimed_today, a.claim_limit)}`}>{figure(a.claimed_today, a.claim_limit)}</dd>
      </div>
      <div>
        <dt>{tx('held')}</dt>
        <dd className={`num${full(a.held, a.held_limit)}`}>{figure(a.held, a.held_limit)}</dd>
      </div>
    </dl>
  );
}

export function poolRules(pool: Rec): string {
  const parts = [tx('rule.days', { p: textOf(pool.potential_days), i: textOf(pool.intent_days) })];
  if (pool.lapse_basis === 'last_contact') parts.push(tx('rule.contact'));
  if (Number(pool.bar_days) > 0) parts.push(tx('rule.bar', { n: textOf(pool.bar_days) }));
  if (pool.auto_return !== true) parts.push(tx('rule.never'));
  return parts.join(' · ');
}

/** Customers nobody holds, to be claimed (POL-07, POL-08). */
export default function PoolsPage() {
  const entity = useEntity('customers');
  const me = useMe();
  const go = useGo();
  const { pools, ready } = usePools();
  const [search, setSearch] = useSearchText();
  const [selected, setSelected] = useState(new Set<string>());
  const [busy, setBusy] = useState<string | null>(null);
  const pool = pools.find((p) => p.id === search.pool) ?? pools[0];
  const filter = useMemo(
    () => ({ and: [{ owner: { empty: true } }, { invalid_reason: { empty: true } }, { pool: pool?.id ?? '0' }] }),
    [pool?.id],
  );
  const any = useTop('customers', { filter, limit: 1, fields: ['name'] }, true, Boolean(pool));
  const claim = entity?.actions.find((a) => a.name === 'claim');
  const done = useCallback(() => {
    setSelected(new Set());
    void queryClient.invalidateQueries({ queryKey: ['quiet'] });
  }, []);
  const take = useCallback(
    async (record: Rec) => {
      setBusy(record.id);
      try {
        const answer = await post<ActionResult>(`/customers/${record.id}/claim`);
        recordWritten('customers', answer.record, record.id);
        toast.withAction(tx('claimed', { name: textOf(record.name) }), tx('follow'), () =>
          go(`/e/customers/${record.id}`, { tab: 'follow-ups' }),
        );
        done();
      } catch (e) {
        toast.error(e);
      }
      setBusy(null);
    },
    [done, go],
  );
  const rowActions = useCallback(
    (record: Rec) => (
      <Button
        size="small"
        loading={busy === record.id}
        aria-label={`${tx('claim')} ${textOf(record.name)}`}
        onClick={(e) => {
          e.stopPropagation();
          void take(record);
        }}
      >
        {tx('claim')}
      </Button>
    ),
    [busy, take],
  );
  if (!ready) return <Loading />;
  if (!entity || !pool)
    return (
      <EmptyState icon="pool" title={tx('none')}>
        <p>{tx('none.help')}</p>
      </EmptyState>
    );
  return (
    <div className="list-page page-fill">
      <PageBar title={tx('title')}>
        <QuickSearch key={pool.id} value={search.q ?? ''} onChange={(q) => setSearch({ q })} />
        {claim && (
          <Button
            type="primary"
            disabled={!selected.size}
            onClick={() => openAction({ entity: 'customers', action: claim, ids: [...selected], onDone: done })}
          >
            {selected.size ? tx('claim_n', { n: selected.size }) : tx('claim')}
          </Button>
        )}
      </PageBar>
      <Tabs
        id="pools"
        label={tx('title')}
        value={pool.id}
        onChange={(id) => {
          setSelected(new Set());
          setSearch({ pool: id, q: undefined });
        }}
        items={pools.map((p) => ({
          key: p.id,
          label: textOf(p.name),
          badge: p.id === pool.id ? any.data?.count?.value : undefined,
        }))}
      />
      <div className="pool-facts">
        <span className="muted">
          {poolRules(pool)}{' '}
          {me.administrator === 'full' && (
            <Link to={'/admin/pools' as '/'} search={{ pool: pool.id } as never}>
              {tx('edit_rules')}
            </Link>
          )}
        </span>
        <Usage pool={pool.id} />
      </div>
      <div className="list-body" id="pools-panel" role="tabpanel" aria-labelledby={`pools-${pool.id}`}>
        <EntityTable
          key={pool.id}
          entityName="customers"
          filter={filter}
          q={search.q}
          sort="-updated_at"
          columns={COLUMNS}
          selected={selected}
          onSelect={setSelected}
          rowActions={claim ? rowActions : undefined}
          actionsWidth={76}
          empty={<EmptyState icon="pool" title={tx('empty')} />}
        />
      </div>
    </div>
  );
}
