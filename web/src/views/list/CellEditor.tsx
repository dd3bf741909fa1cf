import { useRef, useState, type KeyboardEvent } from 'react';
import type { Field, Rec } from '@/api/types';
import { FieldInput } from '@/fields/FieldInput';
import { checkValue, sameValue } from '@/fields/kind';
import { t } from '@/i18n/t';
import { errorText } from '@/ui/feedback';
import { Icon } from '@/ui/Icon';

/** One value, edited where it stands; Enter saves, Escape leaves. */
export default function CellEditor({
  record,
  field,
  onSave,
  onClose,
}: {
  record: Rec;
  field: Field;
  onSave: (record: Rec, field: Field, value: unknown) => Promise<void>;
  onClose: () => void;
}) {
  const [value, setValue] = useState(record[field.name]);
  // The key that has an input take what was typed saves it too, before anything is drawn again.
  const latest = useRef(value);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const save = async (value: unknown) => {
    if (sameValue(value, record[field.name], field)) return onClose();
    const wrong = checkValue(value, field);
    if (wrong) return setError(wrong);
    setBusy(true);
    try {
      await onSave(record, field, value);
      onClose();
    } catch (e) {
      setError(errorText(e));
      setBusy(false);
    }
  };
  const keys = (e: KeyboardEvent) => {
    if (e.key === 'Escape') {
      e.stopPropagation();
      onClose();
    } else if (
      e.key === 'Enter' &&
      !e.shiftKey &&
      !e.nativeEvent.isComposing &&
      e.target instanceof HTMLInputElement &&
      e.target.getAttribute('role') !== 'combobox'
    ) {
      e.preventDefault();
      void save(latest.current);
    }
  };
  return (
    <div className="cell-editor" onKeyDown={keys} role="presentation">
      <FieldInput
        id={`edit-${field.name}`}
        field={field}
        value={value}
        label={field.label}
        invalid={Boolean(error)}
        disabled={busy}
        autoFocus
        onChange={(v) => {
          latest.current = v;
          setValue(v);
          setError(null);
          // What is chosen from a list is meant: one more key to save it would be one too many.
          if (field.kind === 'choice' || field.stars) void save(v);
        }}
      />
      <button type="button" className="icon-button" onClick={() => void save(value)} aria-label={t('save')} title={t('save')}>
        <Icon name="check" />
      </button>
      <button type="button" className="icon-button" onClick={onClose} aria-label={t('cancel')} title={t('cancel')}>
        <Icon name="close" />
      </button>
      {error && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
