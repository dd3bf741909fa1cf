import Button from 'antd/es/button';
import Checkbox from 'antd/es/checkbox';
import Input from 'antd/es/input';
import Select from 'antd/es/select';
import { useState } from 'react';
import { patch, post } from '@/api/client';
import { ApiError } from '@/api/errors';
import { objects as dict } from '@/i18n/dict/objects';
import { t, translator } from '@/i18n/t';
import { errorText, toast } from '@/ui/feedback';
import { Icon, isIcon, type IconName } from '@/ui/Icon';
import { SidePanel } from '@/ui/Overlay';
import { Failure, LabeledField } from '@/ui/parts';
import { textOf, useAll } from '../shared/queries';
import { SerialPart, type Serial } from './ComputedParts';

const tx = translator(dict);

/** An object made at run time, as the API tells it. */
export interface CustomObject {
  id: string;
  version: string;
  /** Table and singular name. */
  name: string;
  /** Name in the API. */
  entity: string;
  label: string;
  label_en?: string | null;
  plural_en?: string | null;
  title_label?: string | null;
  title_label_en?: string | null;
  area: string;
  icon?: string | null;
  owner: boolean;
  search: boolean;
  hidden: boolean;
}

const ICONS: IconName[] = [
  ...(['box', 'folder', 'doc', 'deal', 'money', 'calendar', 'chart', 'flow', 'customers', 'person', 'org', 'globe'] as const),
  ...(['phone', 'chat', 'key', 'link', 'star', 'bell', 'settings', 'check'] as const),
];

/** What a role may be given at once; the role matrix has the details. */
const LEVELS = {
  see: { verbs: ['see'], read_scope: 'all', write_scope: 'none' },
  own: { verbs: ['see', 'create', 'edit', 'export', 'share'], read_scope: 'own', write_scope: 'own' },
  department: {
    verbs: ['see', 'create', 'edit', 'delete', 'import', 'export', 'assign', 'merge', 'share'],
    read_scope: 'department_below',
    write_scope: 'department_below',
  },
  all: { verbs: ['see', 'create', 'edit', 'delete', 'import', 'export', 'assign', 'merge', 'share'], read_scope: 'all', write_scope: 'all' },
} as const;
type Level = keyof typeof LEVELS;
const levels = Object.keys(LEVELS) as Level[];
type Granted = Partial<Record<Level, string[]>>;

function IconPick({ value, onChange }: { value?: string | null; onChange: (icon: IconName) => void }) {
  return (
    <div className="icon-pick" role="radiogroup" aria-labelledby="co-icon-label">
      {ICONS.map((name) => (
        <label key={name} className={(isIcon(value) ? value : 'folder') === name ? 'is-on' : ''}>
          <input
            type="radio"
            className="sr-only"
            name="co-icon"
            aria-label={name}
            checked={(isIcon(value) ? value : 'folder') === name}
            onChange={() => onChange(name)}
          />
          <Icon name={name} size={18} />
        </label>
      ))}
    </div>
  );
}

/** Which roles may use a new object, and how far; a role is in one level at a time. */
function Grants({ value, onChange }: { value: Granted; onChange: (value: Granted) => void }) {
  const roles = useAll('roles', { fields: ['name', 'position'], sort: 'position' });
  const options = (roles.data ?? []).map((r) => ({ value: r.id, label: textOf(r.name) }));
  const choose = (level: Level, chosen: string[]) => {
    const others = levels.filter((l) => l !== level).map((l) => [l, (value[l] ?? []).filter((id) => !chosen.includes(id))] as const);
    onChange({ ...Object.fromEntries(others), [level]: chosen });
  };
  return (
    <fieldset className="plain-fieldset">
      <legend>{tx('grants')}</legend>
      <p className="muted small">{tx('grants.help')}</p>
      <div className="form-grid">
        {levels.map((level) => (
          <LabeledField key={level} id={`co-grant-${level}`} label={tx(`grants.${level}`)}>
            <Select
              id={`co-grant-${level}`}
              className="full"
              mode="multiple"
              showSearch={{ optionFilterProp: 'label' }}
              value={value[level] ?? []}
              options={options}
              onChange={(chosen: string[]) => choose(level, chosen)}
            />
          </LabeledField>
        ))}
      </div>
    </fieldset>
  );
}

/** A name nobody has to think about, from what it is called in English. */
const nameFrom = (label: string) =>
  label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 40);

interface Props {
  object?: CustomObject;
  areas: { name: string; label: string }[];
  onClose: () => void;
  onSaved: (object: CustomObject, granted: boolean) => Promise<void>;
}

/** An object of the company's own: made once, its words, place and use changed at any time. */
export function ObjectForm({ object, areas, onClose, onSaved }: Props) {
  const [v, setV] = useState<Partial<CustomObject>>(object ?? { area: 'custom', icon: 'box', owner: true, search: true });
  const [serial, setSerial] = useState<Serial | null>(null);
  const [grants, setGrants] = useState<Granted>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const set = (change: Partial<CustomObject>) => {
    setV((old) => ({ ...old, ...change }));
    setErrors({});
    setFailure('');
  };
  const name = v.name ?? nameFrom(v.label_en ?? '');
  const save = async () => {
    const label = v.label?.trim();
    const found: Record<string, string> = {};
    if (!label) found.label = t('field.required', { label: tx('label') });
    if (!object && name && !/^[a-z][a-z0-9_]*$/.test(name)) found.name = tx('name.help');
    setErrors(found);
    if (Object.keys(found).length) return;
    setBusy(true);
    const words = Object.fromEntries(
      (['label_en', 'plural_en', 'title_label', 'title_label_en'] as const).map((key) => [key, v[key]?.trim() || null]),
    );
    const body = { label, ...words, area: v.area, icon: v.icon, search: v.search };
    const granted = levels.flatMap((level) => (grants[level] ?? []).map((role) => ({ role, ...LEVELS[level] })));
    try {
      const saved = object
        ? await patch<CustomObject>(`/objects/${object.id}`, body, object.version)
        : await post<CustomObject>('/objects', { ...body, name: name || undefined, owner: v.owner, ...(serial ? { serial } : {}), grants: granted });
      toast.success(t('saved'));
      await onSaved(saved, granted.length > 0);
      onClose();
    } catch (e) {
      const wrong = e instanceof ApiError ? e.fieldErrors : {};
      setErrors(wrong);
      if (!Object.keys(wrong).some((key) => key in v || key === 'name' || key === 'serial')) setFailure(errorText(e));
      setBusy(false);
    }
  };
  const text = (key: 'label' | 'label_en' | 'plural_en' | 'title_label' | 'title_label_en', required?: boolean, help?: string) => (
    <LabeledField id={`co-${key}`} label={tx(key)} required={required} error={errors[key]} help={help}>
      <Input
        id={`co-${key}`}
        value={v[key] ?? ''}
        maxLength={60}
        autoFocus={key === 'label'}
        onChange={(e) => set({ [key]: e.target.value })}
      />
    </LabeledField>
  );
  return (
    <SidePanel
      open
      width={620}
      title={object ? `${tx('edit')} · ${object.label}` : tx('new')}
      onClose={onClose}
      footer={
        <div className="form-actions">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="primary" loading={busy} onClick={() => void save()}>
            {t('save')}
          </Button>
        </div>
      }
    >
      <div className="stack">
        <Failure>{failure}</Failure>
        <div className="form-grid">
          {text('label', true, tx('label.help'))}
          {text('label_en')}
          <LabeledField id="co-name" label={tx('name')} error={errors.name} help={tx('name.help')}>
            <Input id="co-name" value={name} maxLength={48} disabled={Boolean(object)} onChange={(e) => set({ name: e.target.value })} />
          </LabeledField>
          {text('plural_en')}
          {text('title_label', false, tx('title_label.help'))}
          {text('title_label_en')}
          <LabeledField id="co-area" label={tx('area')} error={errors.area}>
            <Select
              id="co-area"
              className="full"
              value={v.area}
              options={areas.map((a) => ({ value: a.name, label: a.label }))}
              onChange={(area) => set({ area })}
            />
          </LabeledField>
        </div>
        <div className="form-field">
          <span id="co-icon-label" className="muted">
            {tx('icon')}
          </span>
          <IconPick value={v.icon} onChange={(icon) => set({ icon })} />
        </div>
        <div className="object-flags">
          <Checkbox checked={v.search === true} onChange={(e) => set({ search: e.target.checked })}>
            {tx('search')}
          </Checkbox>
          <Checkbox checked={v.owner === true} disabled={Boolean(object)} onChange={(e) => set({ owner: e.target.checked })}>
            {tx('owner')}
          </Checkbox>
          <p className="muted small">{tx('owner.help')}</p>
          {!object && (
            <>
              <Checkbox checked={serial !== null} onChange={(e) => setSerial(e.target.checked ? {} : null)}>
                {tx('serial')}
              </Checkbox>
              <p className="muted small">{tx('serial.help')}</p>
            </>
          )}
        </div>
        {serial && <SerialPart value={{ serial }} errors={errors} onChange={(value) => setSerial(value.serial ?? {})} />}
        {!object && <Grants value={grants} onChange={setGrants} />}
      </div>
    </SidePanel>
  );
}
