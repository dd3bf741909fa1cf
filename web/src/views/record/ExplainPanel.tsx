import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { get } from '@/api/client';
import { useMe } from '@/api/hooks';
import type { Entity, Explanation, Rec, Ref } from '@/api/types';
import { RecordPicker } from '@/fields/reference';
import { t, zh, type Key } from '@/i18n/t';
import { fieldOf, titleOf } from '@/metadata/fields';
import { SidePanel } from '@/ui/Overlay';
import { ErrorState, LabeledField, Loading } from '@/ui/parts';
import { Pill } from '@/ui/Pill';

const named = (prefix: string, name: string) => (`${prefix}.${name}` in zh ? t(`${prefix}.${name}` as Key) : name);

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
  const answer = useQuery({
    queryKey: ['explain', user.id, entityName, record.id],
    queryFn: () => get<Explanation>('/explain', { user: user.id, entity: entityName, id: record.id }),
    retry: false,
  });
  return (
    <SidePanel open title={`${t('explain.title')} · ${titleOf(entity, record)}`} onClose={onClose}>
      <div className="stack">
        <LabeledField id="explain-user" label={t('explain.user')}>
          <RecordPicker id="explain-user" entity="users" value={[user]} clearable={false} onChange={(v) => v[0] && setUser(v[0])} />
        </LabeledField>
        {answer.isPending ? (
          <Loading />
        ) : answer.isError ? (
          <ErrorState error={answer.error} />
        ) : (
          <>
            <ul className="verdicts">
              {answer.data.verdicts.map((v) => (
                <li key={v.verb}>
                  <div className="row">
                    <strong>{v.label ?? named('verb', v.verb)}</strong>
                    <Pill color={v.allowed ? 'green' : 'red'}>{t(v.allowed ? 'explain.yes' : 'explain.no')}</Pill>
                  </div>
                  <ul className="plain-list muted">
                    {v.because.map((b, i) => (
                      <li key={i}>{b}</li>
                    ))}
                  </ul>
                </li>
              ))}
            </ul>
            {answer.data.fields.length > 0 && (
              <div className="table-scroll">
                <table className="table">
                  <thead>
                    <tr>
                      <th scope="col">{t('list.field')}</th>
                      <th scope="col">{t('explain.right')}</th>
                      <th scope="col">{t('explain.because')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {answer.data.fields.map((f) => (
                      <tr key={f.field}>
                        <td>{fieldOf(entity, f.field)?.label ?? f.field}</td>
                        <td>{named('right', f.right)}</td>
                        <td className="muted">{Array.isArray(f.because) ? f.because.join('；') : f.because}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
          </>
        )}
      </div>
    </SidePanel>
  );
}
