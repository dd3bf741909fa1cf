import { Suspense, useRef, useState, type KeyboardEvent } from 'react';
import Button from 'antd/es/button';
import { patch } from '@/api/client';
import { ApiError, isStale } from '@/api/errors';
import { recordWritten, useEntity } from '@/api/hooks';
import type { Field, Rec } from '@/api/types';
import { editsThrough, fieldsElsewhere, formInputs } from '@/areas';
import { FieldInput } from '@/fields/FieldInput';
import { FieldValue } from '@/fields/FieldValue';
import { checkParts, formatValue, sameValue, writeValue } from '@/fields/kind';
import { t } from '@/i18n/t';
import { editable, isMasked, wide, type FieldGroup } from '@/metadata/fields';
import { confirm, errorText } from '@/ui/feedback';
import { Icon } from '@/ui/Icon';

interface Props {
  name: string;
  record: Rec;
  groups: FieldGroup[];
  editing: boolean;
  compare?: Rec;
}

/** The fields of a record by group; one of them can be changed where it stands. */
export function FieldGroups({ name, record, groups, editing, compare }: Props) {
  const [open, setOpen] = useState<string | null>(null);
  const [all, setAll] = useState(false);
  // A group without any value is named, not drawn, until one asks for it.
  const blank = (g: FieldGroup) => !compare && g.fields.every((f) => !(f.name in record) || !formatValue(record[f.name], f));
  const hidden = all ? [] : groups.filter((g) => g.label && blank(g));
  const shown = groups.filter((g) => !hidden.includes(g));
  return (
    <>
      {shown.map((g) => (
        <section key={g.name} className="field-group" aria-label={g.label || undefined}>
          {g.label && groups.length > 1 && <h2>{g.label}</h2>}
          <dl className="field-grid">
            {g.fields
              .filter((f) => f.name in record && !fieldsElsewhere[name]?.includes(f.name))
              .map((f) => {
                const mayEdit = editing && editable(f) && !isMasked(record, f.name);
                const differs = compare && !sameValue(record[f.name], compare[f.name], f);
                return (
                  <div
                    key={f.name}
                    className={`field-item${wide(f) ? ' field-wide' : ''}${differs ? ' field-differs' : ''}`}
                    onDoubleClick={mayEdit && open !== f.name ? () => setOpen(f.name) : undefined}
                  >
                    <dt title={f.help ?? undefined}>{f.label}</dt>
                    <dd>
                      {open === f.name ? (
                        <InlineEdit name={name} record={record} field={f} onClose={() => setOpen(null)} />
                      ) : (
                        <>
                          <span className="field-value">
                            {formatValue(record[f.name], f) ? <FieldValue field={f} record={record} /> : <span className="muted">—</span>}
                          </span>
                          {differs && <span className="muted small"> → {formatValue(compare[f.name], f) || t('none')}</span>}
                          {mayEdit && (
                            <button
                              type="button"
                              className="icon-button icon-small field-pencil"
                              aria-label={`${t('edit')} ${f.label}`}
                              onClick={() => setOpen(f.name)}
                            >
                              <Icon name="edit" size={14} />
                            </button>
                          )}
                        </>
                      )}
                    </dd>
                  </div>
                );
              })}
          </dl>
        </section>
      ))}
      {hidden.length > 0 && (
        <p className="muted blank-groups">
          {t('record.blank_groups', { groups: hidden.map((g) => g.label).join(' · ') })}{' '}
          <button type="button" className="link" onClick={() => setAll(true)}>
            {t('record.blank_groups.show')}
          </button>
        </p>
      )}
    </>
  );
}

function InlineEdit({ name, record, field, onClose }: { name: string; record: Rec; field: Field; onClose: () => void }) {
  const entity = useEntity(name);
  const [start] = useState(record);
  const [shown, setShown] = useState(record[field.name]);
  // The key that has an input take what was typed saves it too, before anything is drawn again.
  const latest = useRef(shown);
  const [error, setError] = useState<string | null>(null);
  const [parts, setParts] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const id = `inline-${field.name}`;
  const save = async (version = start.version) => {
    const value = latest.current;
    if (sameValue(value, start[field.name], field)) return onClose();
    const { [field.name]: wrong, ...inParts } = checkParts(value, field);
    setParts(inParts);
    if (wrong || Object.keys(inParts).length) return setError(wrong ?? null);
    const through = editsThrough[name];
    if (entity && through?.fields(entity, start, { [field.name]: value }).length) {
      void through.ask(entity, start, { [field.name]: value });
      return onClose();
    }
    setBusy(true);
    try {
      const saved = await patch<Rec>(`/${name}/${record.id}`, { [field.name]: writeValue(value, field) }, version);
      recordWritten(name, saved);
      onClose();
    } catch (e) {
      setBusy(false);
      if (isStale(e) && e.current) {
        const theirs = formatValue(e.current[field.name], field) || t('none');
        const mine = formatValue(value, field) || t('none');
        if (await confirm({ title: t('conflict.title'), content: t('conflict.inline', { mine, theirs }), okText: t('conflict.use_mine') }))
          return void save(e.current.version);
        recordWritten(name, e.current);
        return onClose();
      }
      const told = e instanceof ApiError ? e.fieldErrors : {};
      setParts(told);
      if (!Object.keys(told).some((at) => at.startsWith(`${field.name}[`))) setError(errorText(e));
    }
  };
  const keys = (e: KeyboardEvent) => {
    if (e.key === 'Escape') {
      e.stopPropagation();
      onClose();
    } else if (
      e.key === 'Enter' &&
      !e.nativeEvent.isComposing &&
      (e.ctrlKey || (e.target instanceof HTMLInputElement && e.target.getAttribute('role') !== 'combobox'))
    ) {
      e.preventDefault();
      void save();
    }
  };
  const Special = formInputs[`${name}.${field.name}`];
  const input = {
    id,
    field,
    value: shown,
    label: field.label,
    invalid: Boolean(error),
    errors: parts,
    disabled: busy,
    autoFocus: true,
    describedBy: error ? `${id}-note` : undefined,
    onChange: (v: unknown) => {
      latest.current = v;
      setShown(v);
      setError(null);
      setParts({});
    },
  };
  return (
    <div className="inline-edit" onKeyDown={keys} role="presentation">
      {Special ? (
        <Suspense fallback={null}>
          <Special {...input} values={record} />
        </Suspense>
      ) : (
        <FieldInput {...input} />
      )}
      <div className="row">
        <Button size="small" type="primary" loading={busy} onClick={() => void save()}>
          {t('save')}
        </Button>
        <Button size="small" onClick={onClose}>
          {t('cancel')}
        </Button>
      </div>
      {error && (
        <p className="field-error" id={`${id}-note`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
