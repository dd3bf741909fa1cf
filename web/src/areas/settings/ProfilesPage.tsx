import Button from 'antd/es/button';
import Switch from 'antd/es/switch';
import { del, patch } from '@/api/client';
import { recordWritten, useEntity, useMeta } from '@/api/hooks';
import type { Rec } from '@/api/types';
import { formatValue } from '@/fields/kind';
import { settings } from '@/i18n/dict/settings';
import { listOf } from '@/i18n/format';
import { t, translator } from '@/i18n/t';
import { can, fieldOf } from '@/metadata/fields';
import { confirm, toast } from '@/ui/feedback';
import { EmptyState, Loading, PageBar, Panel } from '@/ui/parts';
import { RowTable } from '@/ui/RowTable';
import { openRecordForm } from '@/views/form/openForm';
import { splitNames } from '../shared/profiles';
import { textOf, useAll } from '../shared/queries';
import { bySingular } from './inputs';
import './settings.css';

const tx = translator(settings);

/** Sets of compulsory fields by kind, stage and class. */
export default function ProfilesPage() {
  const meta = useMeta();
  const entity = useEntity('field-profiles');
  const list = useAll('field-profiles', { sort: 'entity' });
  if (!entity) return <EmptyState icon="warning" title={t('error.noentity')} />;
  const conditions = ['kinds', 'lifecycles', 'classes'].map((n) => fieldOf(entity, n));
  const run = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (e) {
      toast.error(e);
    }
    recordWritten('field-profiles');
  };
  const remove = async (r: Rec) => {
    if (await confirm({ title: t('record.delete', { title: textOf(r.name) }), okText: t('delete'), danger: true }))
      await run(() => del(`/field-profiles/${r.id}`));
  };
  const edits = can(entity, 'edit');
  const targetOf = (r: Rec) => bySingular(meta.entities, r.entity);
  const except = fieldOf(entity, 'except_classes');
  const saidOf = (r: Rec) => {
    const excepted = except && formatValue(r.except_classes, except);
    return [...conditions.map((f) => f && formatValue(r[f.name], f)), excepted && `${except.label}: ${excepted}`].filter(Boolean);
  };
  return (
    <div className="page">
      <PageBar title={tx('prof.title')}>
        {can(entity, 'create') && (
          <Button type="primary" onClick={() => openRecordForm({ entity: 'field-profiles', onSaved: () => {} })}>
            {tx('prof.new')}
          </Button>
        )}
      </PageBar>
      <Panel>
        <p className="muted dict-used">{tx('prof.help')}</p>
        {list.isPending ? (
          <Loading />
        ) : !list.data?.length ? (
          <EmptyState title={tx('prof.none')} />
        ) : (
          <RowTable
            rows={list.data}
            id={(r) => r.id}
            columns={[
              {
                title: tx('prof.enabled'),
                cell: (r) => (
                  <Switch
                    size="small"
                    aria-label={`${tx('prof.enabled')} ${textOf(r.name)}`}
                    disabled={!edits}
                    checked={r.enabled === true}
                    onChange={(enabled) => void run(() => patch(`/field-profiles/${r.id}`, { enabled }, r.version))}
                  />
                ),
              },
              { title: tx('prof.name'), cell: (r) => textOf(r.name) },
              {
                title: tx('prof.for'),
                cell: (r) => (
                  <>
                    {targetOf(r)?.label ?? textOf(r.entity)} <span className="muted">{saidOf(r).join(' · ') || tx('prof.all')}</span>
                  </>
                ),
              },
              {
                title: tx('prof.fields'),
                wide: true,
                cell: (r) => listOf(splitNames(r.required_fields).map((n) => (targetOf(r) && fieldOf(targetOf(r)!, n)?.label) ?? n)),
              },
            ]}
            actions={(r) => (
              <>
                {edits && (
                  <button type="button" className="link" onClick={() => openRecordForm({ entity: 'field-profiles', id: r.id })}>
                    {t('edit')}
                  </button>
                )}
                {can(entity, 'delete') && (
                  <button type="button" className="link" onClick={() => void remove(r)}>
                    {t('delete')}
                  </button>
                )}
              </>
            )}
          />
        )}
      </Panel>
    </div>
  );
}
