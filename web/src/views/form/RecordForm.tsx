import { Suspense, type KeyboardEvent, type ReactNode } from 'react';
import { formInputs } from '@/areas';
import { FieldInput } from '@/fields/FieldInput';
import { groupsOf, wide } from '@/metadata/fields';
import { errorText } from '@/ui/feedback';
import { LabeledField } from '@/ui/parts';
import type { RecordFormState } from './useRecordForm';

interface Props {
  id: string;
  form: RecordFormState;
  onSubmit: () => void;
  columns?: 2 | 3;
  autoFocus?: boolean;
  aside?: ReactNode;
}

/** Fields in groups, labels on top, two or three columns. Buttons belong to whoever shows it (form={id}). */
export function RecordForm({ id, form, onSubmit, columns = 2, autoFocus = true, aside }: Props) {
  const groups = groupsOf(form.fields);
  const keys = (e: KeyboardEvent) => {
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      onSubmit();
    }
  };
  return (
    <form
      id={id}
      noValidate
      onKeyDown={keys}
      onSubmit={(e) => {
        e.preventDefault();
        e.stopPropagation();
        onSubmit();
      }}
      autoComplete="off"
    >
      {form.failure ? (
        <p className="note note-red form-failure" role="alert">
          {errorText(form.failure)}
        </p>
      ) : null}
      {aside}
      {groups.map((g, gi) => (
        <section key={g.name} className="form-group" aria-label={g.label || undefined}>
          {g.label && groups.length > 1 && <h2>{g.label}</h2>}
          <div className={`form-grid${columns === 3 ? ' form-grid-3' : ''}`}>
            {g.fields.map((f, i) => {
              const fid = `f-${f.name}`;
              const Special = formInputs[`${form.entityName}.${f.name}`];
              const input = {
                id: fid,
                field: f,
                value: form.values[f.name],
                invalid: Boolean(form.errors[f.name]),
                errors: form.errors,
                describedBy: form.errors[f.name] || f.help ? `${fid}-note` : undefined,
                autoFocus: autoFocus && gi === 0 && i === 0,
                onChange: (v: unknown) => form.set(f.name, v),
              };
              return (
                <LabeledField
                  key={f.name}
                  id={fid}
                  label={f.label}
                  required={f.required}
                  error={form.errors[f.name]}
                  help={Special ? null : f.help}
                  wide={wide(f)}
                >
                  {Special ? (
                    <Suspense fallback={null}>
                      <Special {...input} values={form.values} />
                    </Suspense>
                  ) : (
                    <FieldInput {...input} />
                  )}
                </LabeledField>
              );
            })}
          </div>
        </section>
      ))}
      <button type="submit" hidden />
    </form>
  );
}
