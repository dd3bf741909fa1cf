import { Suspense, useEffect, useRef, useState } from 'react';
import { post } from '@/api/client';
import { ApiError } from '@/api/errors';
import { recordWritten, useEntity } from '@/api/hooks';
import type { ActionResult, BulkResult } from '@/api/types';
import { actionMakes, actionRescues } from '@/areas';
import { FieldInput } from '@/fields/FieldInput';
import { checkValue, writeValue } from '@/fields/kind';
import { useGo } from '@/app/nav';
import { t } from '@/i18n/t';
import { titleOf, wide } from '@/metadata/fields';
import { confirm, errorText, toast } from '@/ui/feedback';
import { Dialog } from '@/ui/Overlay';
import { Failure, LabeledField } from '@/ui/parts';
import type { ActionRequest } from '../form/openForm';
import { followBulk } from './results';

/** Runs an action of the catalog: asks for its input, or confirms, or just runs. */
export default function ActionDialog({ request, onClose }: { request: ActionRequest; onClose: () => void }) {
  const { action, entity, record } = request;
  const input = (action.input ?? []).filter((f) => !(request.given && f.name in request.given));
  const [values, setValues] = useState<Record<string, unknown>>(() => Object.fromEntries(input.map((f) => [f.name, f.default ?? null])));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const go = useGo();
  const of = useEntity(entity);
  const many = Boolean(request.ids || request.filter);
  // Where it was opened one need not see which record is meant.
  const named = record && of && of.title in record ? `${action.label} · ${titleOf(of, record)}` : action.label;
  const makes = actionMakes[`${entity}.${action.name}`];
  const Rescue = actionRescues[`${entity}.${action.name}`];
  const elsewhere = Object.fromEntries(Object.entries(errors).filter(([name]) => !input.some((f) => f.name === name)));

  const run = async () => {
    const asked = input.map((f): [string, unknown] => [f.name, writeValue(values[f.name], f)]);
    const body = Object.fromEntries([...asked, ...Object.entries(request.given ?? {})].filter(([, v]) => v !== null && v !== undefined));
    if (many || action.on === 'collection') {
      const target = request.ids ? { ids: request.ids } : request.filter ? { filter: request.filter, q: request.q } : {};
      const done = await post<BulkResult & Partial<ActionResult>>(`/${entity}/actions/${action.name}`, { ...target, input: body });
      if (done?.job || done?.results) await followBulk(done);
      else toast.success(t('action.done', { name: action.label }));
      recordWritten(entity);
      request.onDone?.(done);
      return;
    }
    const done = await post<ActionResult>(`/${entity}/${record!.id}/${action.name}`, body);
    recordWritten(entity, done?.record, record!.id);
    const said = t('action.done', { name: action.label });
    const made = makes && done?.result?.[makes.answer];
    if (makes && typeof made === 'string' && made) toast.withAction(said, t('action.look'), () => go(`/e/${makes.entity}/${made}`));
    else toast.success(said);
    request.onDone?.(done);
  };

  // Without input there is nothing to draw: confirm if asked to, then run.
  const started = useRef(false);
  useEffect(() => {
    if (input.length || started.current) return;
    started.current = true;
    void (async () => {
      if (action.confirm || action.danger) {
        const yes = await confirm({
          title: named,
          content: action.confirm ?? t('action.sure'),
          okText: action.label,
          danger: action.danger,
        });
        if (!yes) return onClose();
      }
      try {
        await run();
      } catch (e) {
        toast.error(e);
      }
      onClose();
    })();
  });

  const submit = async () => {
    const found: Record<string, string> = {};
    for (const f of input) {
      const wrong = checkValue(values[f.name], f);
      if (wrong) found[f.name] = wrong;
    }
    setErrors(found);
    if (Object.keys(found).length) return;
    setBusy(true);
    setFailure('');
    try {
      await run();
      onClose();
    } catch (e) {
      const fields = e instanceof ApiError ? e.fieldErrors : {};
      setErrors(fields);
      if (!input.some((f) => fields[f.name])) setFailure(errorText(e));
    }
    setBusy(false);
  };
  if (!input.length) return null;
  const count = request.ids?.length;
  return (
    <Dialog
      open
      title={count ? `${action.label} · ${t('bulk.selected', { n: count })}` : named}
      onClose={onClose}
      onOk={() => void submit()}
      okText={action.label}
      danger={action.danger}
      busy={busy}
      width={560}
    >
      <form
        className="stack"
        onSubmit={(e) => {
          e.preventDefault();
          void submit();
        }}
      >
        {action.help && <p className="muted">{action.help}</p>}
        {action.confirm && <p className="note">{action.confirm}</p>}
        {input.map((f, i) => (
          <LabeledField
            key={f.name}
            id={`act-${f.name}`}
            label={f.label}
            required={f.required}
            error={errors[f.name]}
            help={f.help}
            wide={wide(f)}
          >
            <FieldInput
              id={`act-${f.name}`}
              field={f}
              value={values[f.name]}
              autoFocus={i === 0}
              invalid={Boolean(errors[f.name])}
              describedBy={errors[f.name] || f.help ? `act-${f.name}-note` : undefined}
              onChange={(v) => setValues((old) => ({ ...old, [f.name]: v }))}
            />
          </LabeledField>
        ))}
        <Failure>{failure}</Failure>
        {Rescue && Object.keys(elsewhere).length > 0 && (
          <Suspense fallback={null}>
            <Rescue
              request={request}
              values={values}
              errors={elsewhere}
              onDone={(result) => {
                request.onDone?.(result);
                onClose();
              }}
            />
          </Suspense>
        )}
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}
