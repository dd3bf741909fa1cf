import { useState } from 'react';
import { useMe } from '@/api/hooks';
import type { Entity, Rec, Ref } from '@/api/types';
import { RecordPicker } from '@/fields/reference';
import { t } from '@/i18n/t';
import { titleOf } from '@/metadata/fields';
import { SidePanel } from '@/ui/Overlay';
import { LabeledField } from '@/ui/parts';
import { Verdicts } from './Verdicts';

/** Why a person may or may not see and change this record, in words. */
export default function ExplainPanel({
  entityName,
  entity,
  record,
  onClose,
}: {
  entityName: string;
  entity: Entity;
  record: Rec;
  onClose: () => void;
}) {
  const me = useMe();
  const [user, setUser] = useState<Ref>({ id: me.user.id, title: String(me.user.name ?? '') });
  return (
    <SidePanel open title={`${t('explain.title')} · ${titleOf(entity, record)}`} onClose={onClose}>
      <div className="stack">
        <LabeledField id="explain-user" label={t('explain.user')}>
          <RecordPicker id="explain-user" entity="users" value={[user]} clearable={false} onChange={(v) => v[0] && setUser(v[0])} />
        </LabeledField>
        <Verdicts user={user.id} entityName={entityName} entity={entity} id={record.id} />
      </div>
    </SidePanel>
  );
}
