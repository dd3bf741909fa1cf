import Radio from 'antd/es/radio';
import { useState } from 'react';
import { patch, post } from '@/api/client';
import { ApiError } from '@/api/errors';
import { queryClient, recordWritten, useEntity, useRecord } from '@/api/hooks';
import type { BulkResult, Rec, Ref } from '@/api/types';
import { FieldInput } from '@/fields/FieldInput';
import { RecordPicker } from '@/fields/reference';
import { organisation as dict } from '@/i18n/dict/organisation';
import { listOf } from '@/i18n/format';
import { t, translator } from '@/i18n/t';
import { fieldOf } from '@/metadata/fields';
import { errorText, toast } from '@/ui/feedback';
import { Dialog } from '@/ui/Overlay';
import { Failure, LabeledField } from '@/ui/parts';
import { followBulk } from '@/views/action/results';
import type { ActionDialogProps } from '..';
import { refOf, textOf, useAll } from '../shared/queries';
import { useQuiet } from '../shared/quiet';
import { Receiver, type To } from './Receiver';
import './organisation.css';

const tx = translator(dict);
/** What the dialog shows an error beside. */
const ASKED = ['department', 'superior', 'role', 'receiver', 'team', 'reason'];
const one = (ref: Ref | null) => (ref ? [ref] : []);

/** What changes with the department: superior, role, who takes over the data held (ORG-35). */
export default function MoveDialog({ request, onClose }: ActionDialogProps) {
  const { action, record, ids } = request;
  const userRoles = useEntity('user-roles');
  // What was chosen in a form before it came to this.
  const given = request.given ?? {};
  const [department, setDepartment] = useState<Ref | null>(refOf(given.department));
  const [chosen, setChosen] = useState<Ref | null | undefined>('superior' in given ? refOf(given.superior) : undefined);
  const [role, setRole] = useState<Ref | null>(null);
  const [gives, setGives] = useState(false);
  const [to, setTo] = useState<To>({ team: false, ref: [] });
  const [reason, setReason] = useState<unknown>(null);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const place = useRecord('departments', department?.id);
  const leader = refOf(place.data?.leader);
  const moved = record ? [record.id] : (ids ?? []);
  // The new department's leader is proposed to everybody but that leader.
  const superior = chosen === undefined ? (leader && !moved.includes(leader.id) ? leader : null) : chosen;
  const held = useQuiet(`/users/${record?.id}/disable-preview`, [], Boolean(record));
  const total = Number(held.data?.total ?? 0);
  const roles = useAll('user-roles', { filter: { user: record?.id ?? '' } }, Boolean(record));
  const now = (roles.data ?? []).map((r) => refOf(r.role)?.title ?? '').filter(Boolean);
  const field = (name: string) => action.input?.find((f) => f.name === name);
  const [where, whom, what, why] = ['department', 'superior', 'role', 'reason'].map(field);
  if (!where || !whom || !what || !why) return null;
  const name = textOf(record?.name);
  const title = record ? tx('move.title', { name }) : ids ? tx('move.many', { n: ids.length }) : action.label;

  const run = async () => {
    if (!department) return setErrors({ department: t('field.required', { label: where.label }) });
    if (gives && !to.ref[0]) return setErrors({ receiver: tx('disable.choose') });
    setBusy(true);
    setErrors({});
    setFailure('');
    const input: Record<string, unknown> = { department: department.id };
    if (superior) input.superior = superior.id;
    if (role) input.role = role.id;
    if (gives) input[to.team ? 'team' : 'receiver'] = to.ref[0].id;
    if (reason) input.reason = reason;
    try {
      if (record) {
        const saved = await patch<Rec>(`/users/${record.id}`, { ...request.edit, _then: { action: action.name, input } }, record.version);
        recordWritten('users', saved);
        request.onDone?.(saved);
        toast.success(tx('move.done', { name, department: department.title ?? '' }));
      } else {
        const target = ids ? { ids } : { filter: request.filter, q: request.q };
        const done = await post<BulkResult>('/users/actions/move', { ...target, input });
        await followBulk(done);
        request.onDone?.(done);
      }
      await queryClient.invalidateQueries();
      onClose();
    } catch (e) {
      const found = e instanceof ApiError ? e.fieldErrors : {};
      setErrors(found);
      if (!Object.keys(found).some((name) => ASKED.includes(name))) setFailure(Object.values(found)[0] ?? errorText(e));
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      width={600}
      title={title}
      onClose={onClose}
      onOk={() => void run()}
      okText={action.label}
      busy={busy}
    >
      <div className="stack">
        <Failure>{failure}</Failure>
        <p className="muted">{action.help}</p>
        <LabeledField id="move-department" label={where.label} required error={errors.department}>
          <FieldInput
            id="move-department"
            field={where}
            value={department}
            autoFocus
            invalid={Boolean(errors.department)}
            onChange={(v) => {
              setDepartment(refOf(v));
              setChosen(undefined);
            }}
          />
        </LabeledField>
        <LabeledField
          id="move-superior"
          label={whom.label}
          error={errors.superior}
          help={record && refOf(record.superior) ? tx('move.superior', { name: refOf(record.superior)!.title ?? '' }) : tx('move.superiors')}
        >
          <FieldInput id="move-superior" field={whom} value={superior} invalid={Boolean(errors.superior)} onChange={(v) => setChosen(refOf(v))} />
        </LabeledField>
        <LabeledField id="move-role" label={what.label} error={errors.role} help={now.length ? tx('move.role', { roles: listOf(now) }) : tx('move.roles')}>
          <RecordPicker
            id="move-role"
            entity="roles"
            filter={userRoles && fieldOf(userRoles, 'role')?.target_filter}
            placeholder={tx('move.role.keep')}
            value={one(role)}
            invalid={Boolean(errors.role)}
            onChange={(v) => setRole(v[0] ?? null)}
          />
        </LabeledField>
        {(!record || total > 0) && (
          <LabeledField id="move-data" label={record ? tx('move.data.n', { n: total }) : tx('move.data')}>
            <Radio.Group
              value={gives}
              aria-label={tx('move.data')}
              onChange={(e) => setGives(e.target.value as boolean)}
              options={[
                { value: false, label: tx('move.keeps') },
                { value: true, label: tx('move.gives') },
              ]}
            />
          </LabeledField>
        )}
        {gives && (
          <>
            <Receiver id="move-to" label={tx('disable.to')} value={to} onChange={setTo} error={errors.receiver ?? errors.team} among={moved.length ? { id: { nin: moved } } : undefined} />
            <LabeledField id="move-reason" label={why.label} error={errors.reason}>
              <FieldInput id="move-reason" field={why} value={reason} onChange={setReason} />
            </LabeledField>
          </>
        )}
      </div>
    </Dialog>
  );
}
