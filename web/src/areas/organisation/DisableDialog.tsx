import { useState } from 'react';
import Checkbox from 'antd/es/checkbox';
import { post } from '@/api/client';
import { ApiError } from '@/api/errors';
import { queryClient, recordWritten, useEntity, useMeta } from '@/api/hooks';
import type { ActionResult, Filter, Rec } from '@/api/types';
import { FieldInput } from '@/fields/FieldInput';
import { organisation as dict } from '@/i18n/dict/organisation';
import { translator } from '@/i18n/t';
import { errorText, toast } from '@/ui/feedback';
import { Dialog } from '@/ui/Overlay';
import { Failure, LabeledField, Loading } from '@/ui/parts';
import { mayOn } from '@/metadata/rights';
import { useOwnPeople } from '../shared/branch';
import { refOf, textOf } from '../shared/queries';
import { useQuiet } from '../shared/quiet';
import { Receiver, type To } from './Receiver';
import './organisation.css';

const tx = translator(dict);
const WHAT = ['organisations', 'persons', 'leads', 'others', 'keep_children'];

/** Who gets what when someone leaves or moves, with what they hold at hand (ORG-13…15, POL-14). */
export default function DisableDialog({ user, action: name, onClose }: { user: Rec; action: 'disable' | 'hand-over'; onClose: () => void }) {
  const meta = useMeta();
  const entity = useEntity('users')!;
  const action = entity.actions.find((a) => a.name === name);
  // Who administers the account gives to anybody; a superior to the own people (POL-14).
  const own = useOwnPeople(!mayOn(entity, user, 'edit'));
  const among: Filter = { and: [{ id: { ne: user.id } }, ...(own ? [own] : [])] };
  const preview = useQuiet(`/users/${user.id}/disable-preview`);
  const [to, setTo] = useState<To>({ team: false, ref: [] });
  const [separate, setSeparate] = useState(false);
  const [persons, setPersons] = useState<To>({ team: false, ref: [] });
  const [what, setWhat] = useState<Record<string, boolean>>(Object.fromEntries(WHAT.map((w) => [w, true])));
  const [without, setWithout] = useState<unknown>(name === 'disable' && refOf(user.superior) ? 'superior' : 'keep');
  const [reason, setReason] = useState<unknown>(null);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const field = (n: string) => action?.input?.find((f) => f.name === n);
  const items = preview.data?.items ?? [];
  const run = async () => {
    setBusy(true);
    setErrors({});
    setFailure('');
    const body: Record<string, unknown> = { ...what, without_receiver: without };
    if (to.ref[0]) body[to.team ? 'team' : 'receiver'] = to.ref[0].id;
    if (separate && persons.ref[0]) body[persons.team ? 'persons_team' : 'persons_receiver'] = persons.ref[0].id;
    if (reason) body.reason = reason;
    try {
      const done = await post<ActionResult>(`/users/${user.id}/${name}`, body);
      recordWritten('users', done.record, user.id);
      await queryClient.invalidateQueries();
      const n = textOf(done.result?.moved) || '0';
      toast.success(tx(name === 'disable' ? 'disable.off' : 'disable.done', { n, name: textOf(user.name) }));
      onClose();
    } catch (e) {
      const found = e instanceof ApiError ? e.fieldErrors : {};
      setErrors(found);
      if (!Object.keys(found).length) setFailure(errorText(e));
      setBusy(false);
    }
  };
  const [fallback, why] = [field('without_receiver'), field('reason')];
  const total = Number(preview.data?.total ?? 0);
  const beyond = Number(preview.data?.beyond ?? 0);
  return (
    <Dialog
      open
      width={640}
      title={tx(name === 'disable' ? 'disable.title' : 'hand_over.title', { name: textOf(user.name) })}
      onClose={onClose}
      onOk={() => void run()}
      okText={tx(name === 'disable' ? 'disable.run' : 'hand_over.run')}
      danger={name === 'disable'}
      busy={busy}
    >
      <div className="stack">
        <Failure>{failure}</Failure>
        <div className="note">
          <strong>{tx('disable.preview')}</strong>
          {preview.isPending ? (
            <Loading />
          ) : total === 0 ? (
            <p>{tx('disable.nothing')}</p>
          ) : (
            <ul className="hold-list">
              {items.map((i) => (
                <li key={i.entity}>
                  {meta.entities[i.entity]?.plural ?? i.entity} <b className="num">{tx('count', { n: i.count })}</b>
                  {i.entity === 'customers' && (
                    <span className="muted">
                      {' '}
                      {tx('disable.split', { o: preview.data?.organisations ?? '0', p: preview.data?.persons ?? '0' })}
                    </span>
                  )}
                </li>
              ))}
            </ul>
          )}
          {beyond > 0 && <p className="muted">{tx('disable.beyond', { n: beyond })}</p>}
        </div>
        {total > 0 && (
          <>
            <Receiver id="to" label={tx('disable.to')} value={to} onChange={setTo} error={errors.receiver ?? errors.team} among={among} />
            <fieldset className="plain-set">
              <legend>{tx('disable.what')}</legend>
              <div className="check-grid">
                {WHAT.map((w) => (
                  <Checkbox key={w} checked={what[w]} onChange={(e) => setWhat({ ...what, [w]: e.target.checked })}>
                    {field(w)?.label ?? w}
                  </Checkbox>
                ))}
              </div>
            </fieldset>
            <Checkbox checked={separate} onChange={(e) => setSeparate(e.target.checked)}>
              {tx('disable.separate')}
            </Checkbox>
            {separate && (
              <Receiver
                id="to-persons"
                label={field('persons_receiver')?.label ?? tx('disable.to')}
                value={persons}
                onChange={setPersons}
                error={errors.persons_receiver ?? errors.persons_team}
                among={among}
              />
            )}
            {fallback && (
              <LabeledField id="without" label={tx('disable.without')} error={errors.without_receiver}>
                <FieldInput id="without" field={fallback} value={without} onChange={setWithout} />
              </LabeledField>
            )}
          </>
        )}
        {name === 'disable' && total > 0 && without === 'keep' && !to.ref[0] && <p className="note note-amber">{tx('disable.stranded', { n: total })}</p>}
        {why && (
          <LabeledField id="reason" label={why.label} error={errors.reason}>
            <FieldInput id="reason" field={why} value={reason} onChange={setReason} />
          </LabeledField>
        )}
        <p className="muted">{refOf(user.superior)?.title && `${tx('panel.superior')}: ${refOf(user.superior)!.title}. `}{tx(name === 'disable' ? 'disable.help' : 'hand_over.help')}</p>
      </div>
    </Dialog>
  );
}
