import Select from 'antd/es/select';
import { useMeta } from '@/api/hooks';
import type { Ref } from '@/api/types';
import { useSearchText } from '@/app/nav';
import { RecordPicker, useTitles } from '@/fields/reference';
import { rights as dict } from '@/i18n/dict/rights';
import { translator } from '@/i18n/t';
import { EmptyState, LabeledField, PageBar, Panel } from '@/ui/parts';
import { Verdicts } from '@/views/record/Verdicts';
import '@/views/record/record.css';
import './rights.css';

const tx = translator(dict);
const NONE = new Map<string, string>();

function usePicked(entity: string | undefined, id: string | undefined): Ref[] {
  return useTitles(entity, id && entity ? [id] : [], NONE);
}

/** Picks a person and a record and says what is allowed and why. */
export default function ExplainPage() {
  const meta = useMeta();
  const [search, setSearch] = useSearchText();
  const entity = search.entity ? meta.entities[search.entity] : undefined;
  const user = usePicked('users', search.user);
  const record = usePicked(entity && search.entity, search.record);
  const names = meta.areas.flatMap((a) => a.entities).filter((e) => meta.entities[e]);
  return (
    <div className="page">
      <div className="page-narrow stack">
        <PageBar title={tx('explain')} />
        <Panel>
          <p className="muted">{tx('explain.help')}</p>
          <div className="form-grid form-grid-3 explain-form">
            <LabeledField id="x-user" label={tx('explain.user')}>
              <RecordPicker id="x-user" entity="users" value={user} onChange={(v) => setSearch({ user: v[0]?.id })} />
            </LabeledField>
            <LabeledField id="x-entity" label={tx('explain.entity')}>
              <Select
                id="x-entity"
                className="full"
                showSearch={{ optionFilterProp: 'label' }}
                value={search.entity}
                options={names.map((e) => ({ value: e, label: meta.entities[e].plural }))}
                onChange={(e) => setSearch({ entity: e, record: undefined })}
              />
            </LabeledField>
            <LabeledField id="x-record" label={tx('explain.record')}>
              <RecordPicker
                id="x-record"
                entity={entity && search.entity}
                disabled={!entity}
                value={record}
                onChange={(v) => setSearch({ record: v[0]?.id })}
              />
            </LabeledField>
          </div>
        </Panel>
        {search.user && entity && search.record ? (
          <Panel title={`${user[0]?.title ?? ''} · ${record[0]?.title ?? ''}`}>
            <Verdicts user={search.user} entityName={search.entity!} entity={entity} id={search.record} />
          </Panel>
        ) : (
          <EmptyState icon="key" title={tx('explain.pick')} />
        )}
      </div>
    </div>
  );
}
