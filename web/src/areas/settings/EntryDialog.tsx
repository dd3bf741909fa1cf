import Input from 'antd/es/input';
import { useState } from 'react';
import { patch, post } from '@/api/client';
import { ApiError } from '@/api/errors';
import type { Rec } from '@/api/types';
import { settings } from '@/i18n/dict/settings';
import { t, translator } from '@/i18n/t';
import { errorText } from '@/ui/feedback';
import { Dialog } from '@/ui/Overlay';
import { Failure, LabeledField } from '@/ui/parts';
import { Pill } from '@/ui/Pill';
import { textOf } from '../shared/queries';

const tx = translator(settings);
export const COLORS = ['', 'blue', 'green', 'amber', 'red', 'violet', 'grey'];

export function ColorPick({ id, value, onChange, sample }: { id: string; value: string; onChange: (c: string) => void; sample: string }) {
  return (
    <div className="color-pick" role="radiogroup" aria-labelledby={`${id}-label`} id={id}>
      {COLORS.map((c) => (
        <label key={c} className={value === c ? 'is-on' : ''}>
          <input type="radio" className="sr-only" name={id} checked={value === c} onChange={() => onChange(c)} aria-label={c || tx('dict.color.none')} />
          {c ? <Pill color={c}>{sample}</Pill> : tx('dict.color.none')}
        </label>
      ))}
    </div>
  );
}

/** A code nobody has to think about; people read the name. */
const freshCode = (en: string) => {
  const words = en
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return words || `c${Date.now().toString(36)}`;
};

/** One entry of a dictionary. */
export function EntryDialog({
  dictionary,
  entry,
  position,
  onClose,
  onSaved,
}: {
  dictionary: string;
  entry?: Rec;
  position: number;
  onClose: () => void;
  onSaved: () => void;
}) {
  const [v, setV] = useState({
    name: textOf(entry?.name),
    name_en: textOf(entry?.name_en),
    code: textOf(entry?.code),
    color: textOf(entry?.color),
    note: textOf(entry?.note),
    note_en: textOf(entry?.note_en),
  });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const save = async () => {
    if (!v.name.trim()) return setErrors({ name: t('field.required', { label: tx('dict.name') }) });
    setBusy(true);
    const body = { name: v.name.trim(), name_en: v.name_en.trim() || null, color: v.color || null, note: v.note.trim() || null, note_en: v.note_en.trim() || null };
    try {
      if (entry) await patch(`/dictionary-entries/${entry.id}`, body, entry.version);
      else await post('/dictionary-entries', { ...body, dictionary, code: v.code.trim() || freshCode(v.name_en), position });
      onSaved();
      onClose();
    } catch (e) {
      const fields = e instanceof ApiError ? e.fieldErrors : {};
      setErrors(fields);
      if (!Object.keys(fields).some((f) => f in v)) setFailure(errorText(e));
      setBusy(false);
    }
  };
  const text = (name: 'name' | 'name_en' | 'code', label: string, required?: boolean, help?: string) => (
    <LabeledField id={`entry-${name}`} label={label} required={required} error={errors[name]} help={help}>
      <Input
        id={`entry-${name}`}
        value={v[name]}
        autoFocus={name === 'name'}
        disabled={name === 'code' && Boolean(entry)}
        onPressEnter={() => void save()}
        onChange={(e) => setV({ ...v, [name]: e.target.value })}
      />
    </LabeledField>
  );
  const note = (name: 'note' | 'note_en', label: string, help?: string) => (
    <LabeledField id={`entry-${name}`} label={label} error={errors[name]} help={help}>
      <Input.TextArea id={`entry-${name}`} value={v[name]} maxLength={500} autoSize={{ minRows: 2, maxRows: 6 }} onChange={(e) => setV({ ...v, [name]: e.target.value })} />
    </LabeledField>
  );
  return (
    <Dialog open title={tx(entry ? 'dict.edit' : 'dict.new')} onClose={onClose} onOk={() => void save()} okText={t('save')} busy={busy}>
      <div className="stack">
        <Failure>{failure}</Failure>
        {text('name', tx('dict.name'), true)}
        {text('name_en', tx('dict.name_en'))}
        {text('code', tx('dict.code'), false, tx('dict.code.help'))}
        {note('note', tx('dict.note'), tx('dict.note.help'))}
        {note('note_en', tx('dict.note_en'))}
        <div className="form-field">
          <span id="entry-color-label" className="muted">
            {tx('dict.color')}
          </span>
          <ColorPick id="entry-color" value={v.color} sample={v.name || tx('dict.name')} onChange={(color) => setV({ ...v, color })} />
        </div>
      </div>
    </Dialog>
  );
}
