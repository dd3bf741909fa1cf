import { useCallback, useMemo, useState } from 'react';
import { patch, post } from '@/api/client';
import { ApiError, isStale } from '@/api/errors';
import { recordWritten, useMe, useMeta } from '@/api/hooks';
import type { Entity, Field, Rec } from '@/api/types';
import { askedWith, editsThrough, oneOf } from '@/areas';
import { compulsory, oldGap, useProfiles } from '@/areas/shared/profiles';
import { checkParts, sameValue, writeValue } from '@/fields/kind';
import { isBlank } from '@/fields/rules';
import { listOf } from '@/i18n/format';
import { t } from '@/i18n/t';
import { creatable, editable, isMasked } from '@/metadata/fields';

export type Values = Record<string, unknown>;
export interface RecordFormState {
  entityName: string;
  fields: Field[];
  values: Values;
  errors: Record<string, string>;
  failure: unknown;
  busy: boolean;
  dirty: boolean;
  conflict: { mine: Values; current: Rec; fields: string[] } | null;
  set: (name: string, value: unknown) => void;
  /** Looks at these fields alone, as submitting looks at all; says whether they are in order. */
  check: (names: string[]) => boolean;
  /** Says what is wrong with fields. */
  refuse: (errors: Record<string, string>) => void;
  submit: () => Promise<Rec | null>;
  /** After a conflict: send again what was chosen, on top of the record as it is now. */
  resolve: (take: Record<string, 'mine' | 'theirs'>) => Promise<Rec | null>;
  cancelConflict: () => void;
}

interface Options {
  entityName: string;
  entity: Entity;
  record?: Rec;
  defaults?: Values;
  only?: string[];
  send?: (values: Values) => Promise<Rec>;
}

/** The state of one form: values as they were read, what is wrong with them, and how they are sent. */
export function useRecordForm({ entityName, entity, record, defaults, only, send: create }: Options): RecordFormState {
  const me = useMe();
  const { entities } = useMeta();
  const [base, setBase] = useState(record);
  const offered = useMemo(
    () => entity.fields.filter((f) => (base ? editable(f) && !isMasked(base, f.name) : creatable(f)) && (!only || only.includes(f.name))),
    [entity, base, only],
  );
  const [values, setValues] = useState<Values>(() => {
    if (record) return { ...record };
    const start: Values = {};
    for (const f of offered) start[f.name] = defaults?.[f.name] ?? initial(f, me.user, entity);
    return start;
  });
  const profiles = useProfiles(entity);
  const fields = useMemo(() => {
    const wanted = compulsory(profiles, entity, values);
    const group = oneOf[entityName] ?? [];
    const filled = group.filter((name) => !isBlank(values[name]));
    // While none is filled in, each could be the one.
    for (const name of filled.length ? filled.slice(0, 1) : group) wanted.add(name);
    const asked = offered.filter((f) => askedWith[entityName]?.(f.name, values, entities) ?? true);
    return wanted.size ? asked.map((f) => (wanted.has(f.name) ? { ...f, required: true } : f)) : asked;
  }, [profiles, entity, entityName, entities, values, offered]);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [conflict, setConflict] = useState<RecordFormState['conflict']>(null);

  const set = useCallback((name: string, value: unknown) => {
    setValues((old) => ({ ...old, [name]: value }));
    const settled = oneOf[entityName]?.includes(name) ? oneOf[entityName] : [name];
    setErrors((old) => {
      const rest = Object.entries(old).filter(([at]) => !settled.includes(fieldAt(at)));
      return rest.length === Object.keys(old).length ? old : Object.fromEntries(rest);
    });
  }, [entityName]);
  const changes = useCallback(
    (from: Rec | undefined, now: Values) => {
      const body: Values = {};
      for (const f of fields) {
        if (from ? !sameValue(now[f.name], from[f.name], f) : now[f.name] !== undefined && (writeValue(now[f.name], f) !== null || f.name === entity.owner))
          body[f.name] = writeValue(now[f.name], f);
      }
      // What is no longer asked for is no longer so.
      for (const f of from ? offered.filter((o) => !fields.some((x) => x.name === o.name)) : []) {
        if (!isBlank(from![f.name])) body[f.name] = writeValue(null, f);
      }
      return body;
    },
    [fields, offered, entity.owner],
  );

  const sendTo = useCallback(
    async function send(from: Rec | undefined, now: Values): Promise<Rec | null> {
      const body = changes(from, now);
      const through = editsThrough[entityName];
      const left = from ? (through?.fields(entity, from, now) ?? []).filter((name) => name in body) : [];
      if (from && through && left.length) {
        const asked = Object.fromEntries(left.map((name) => [name, now[name]]));
        for (const name of left) delete body[name];
        return through.ask(entity, from, asked, body);
      }
      if (from && Object.keys(body).length === 0) return from;
      setBusy(true);
      setFailure(null);
      try {
        const saved = from ? await patch<Rec>(`/${entityName}/${from.id}`, body, from.version) : await (create ?? ((made) => post<Rec>(`/${entityName}`, made)))(body);
        recordWritten(entityName, saved);
        setConflict(null);
        return saved;
      } catch (e) {
        if (isStale(e) && e.current && from) {
          const clash = Object.keys(body).filter((name) => {
            const f = fields.find((x) => x.name === name);
            return f && !sameValue(from[name], e.current![name], f);
          });
          const disputed = clash.length ? clash : Object.keys(e.fieldErrors);
          // Somebody changed other fields: what was written here goes on top of theirs.
          if (!disputed.length) {
            const latest: Values = { ...e.current };
            for (const name of Object.keys(body)) latest[name] = now[name];
            setBase(e.current);
            return await send(e.current, latest);
          }
          setConflict({ mine: body, current: e.current, fields: disputed });
        } else if (e instanceof ApiError && Object.keys(e.fieldErrors).length) {
          setErrors(e.fieldErrors);
          if (!fields.some((f) => Object.keys(e.fieldErrors).some((at) => fieldAt(at) === f.name))) setFailure(e);
          focusFirst(fields, e.fieldErrors);
        } else setFailure(e);
        return null;
      } finally {
        setBusy(false);
      }
    },
    [changes, entityName, entity, fields, create],
  );

  const refuse = useCallback(
    (found: Record<string, string>) => {
      setErrors(found);
      focusFirst(fields, found);
    },
    [fields],
  );
  const check = useCallback(
    (names?: string[]) => {
      const found: Record<string, string> = {};
      fields.forEach((f) => {
        const own = offered.find((o) => o.name === f.name) ?? f;
        if (!names || names.includes(f.name)) Object.assign(found, checkParts(values[f.name], oldGap(f.name, base, values) ? own : f));
      });
      // None of them is asked for by itself.
      const group = (oneOf[entityName] ?? []).flatMap((name) => fields.filter((f) => f.name === name));
      if (group.length && group.every((f) => f.name in found && isBlank(values[f.name])))
        for (const f of group) found[f.name] = t('field.one_of', { labels: listOf(group.map((g) => g.label)) });
      refuse(found);
      return Object.keys(found).length === 0;
    },
    [fields, offered, values, base, refuse, entityName],
  );
  const submit = useCallback(async () => (check() ? sendTo(base, values) : null), [check, sendTo, base, values]);

  const resolve = useCallback(
    async (take: Record<string, 'mine' | 'theirs'>) => {
      if (!conflict) return null;
      const next: Values = { ...conflict.current };
      for (const name of Object.keys(conflict.mine)) if (take[name] !== 'theirs') next[name] = values[name];
      setValues(next);
      setBase(conflict.current);
      return sendTo(conflict.current, next);
    },
    [conflict, values, sendTo],
  );

  const dirty = useMemo(() => {
    if (base) return Object.keys(changes(base, values)).length > 0;
    return fields.some((f) => !sameValue(values[f.name], defaults?.[f.name] ?? initial(f, me.user, entity), f));
  }, [base, changes, values, fields, defaults, me.user, entity]);
  return { entityName, fields, values, errors, failure, busy, dirty, conflict, set, check, refuse, submit, resolve, cancelConflict: () => setConflict(null) };
}

/** Defaults of the catalog; `{"me":true}` on a reference to users is the person at the keyboard. */
function initial(f: Field, user: Rec, entity: Entity): unknown {
  const d = f.default;
  // Whoever enters a record holds it, unless the form says otherwise.
  if (f.name === entity.owner && f.target === 'users') return { id: user.id, title: user.name };
  if (d && typeof d === 'object' && 'me' in d) return { id: user.id, title: user.name };
  if (d === 'me' && f.target === 'users') return { id: user.id, title: user.name };
  return d ?? null;
}

/** The field that a problem is about: of `lines[2].quantity`, the lines. */
export const fieldAt = (problem: string) => problem.split('[')[0];

function focusFirst(fields: Field[], errors: Record<string, string>) {
  const first = fields.find((f) => Object.keys(errors).some((at) => fieldAt(at) === f.name));
  if (first)
    window.setTimeout(() => {
      const el = document.getElementById(`f-${first.name}`);
      el?.scrollIntoView({ block: 'center' });
      el?.focus();
    }, 30);
}
