import Select from 'antd/es/select';
import { useState } from 'react';
import { post } from '@/api/client';
import { queryClient, useEntity } from '@/api/hooks';
import type { ActionResult } from '@/api/types';
import { customer as dict } from '@/i18n/dict/customer';
import { t, translator } from '@/i18n/t';
import { toast } from '@/ui/feedback';
import { Pill } from '@/ui/Pill';
import type { InputProps } from '@/fields/types';

const tx = translator(dict);
/** Stands for the tag that is typed and not there yet. */
const NEW = '\u0000new';

/** The tags of a customer; whoever types one that is not there makes it (CUS-27). */
export default function TagsInput(p: InputProps) {
  const entity = useEntity('customers');
  const field = entity?.fields.find((f) => f.name === p.field.name) ?? p.field;
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const makes = entity?.actions.some((a) => a.name === 'new-tag');
  const chosen = Array.isArray(p.value) ? (p.value as string[]) : [];
  const known = (field.choices ?? []).filter((c) => !c.disabled || chosen.includes(c.value));
  const name = typed.trim();
  const isNew = makes && name && !known.some((c) => c.label.toLowerCase() === name.toLowerCase());
  const make = async () => {
    setBusy(true);
    try {
      const made = await post<ActionResult>('/customers/actions/new-tag', { input: { name } });
      await queryClient.invalidateQueries({ queryKey: ['meta'] });
      const code = String(made.result?.code ?? '');
      if (code && !chosen.includes(code)) p.onChange([...chosen, code]);
      setTyped('');
    } catch (e) {
      toast.error(e);
    }
    setBusy(false);
  };
  return (
    <Select
      id={p.id}
      aria-label={p.label ?? field.label}
      aria-invalid={p.invalid}
      aria-describedby={p.describedBy}
      autoFocus={p.autoFocus}
      disabled={p.disabled}
      loading={busy}
      className="full"
      mode="multiple"
      allowClear
      placeholder={tx(makes ? 'tags.type' : 'tags.pick')}
      notFoundContent={t('none')}
      showSearch={{
        searchValue: typed,
        onSearch: setTyped,
        filterOption: (input, option) => option?.value === NEW || String(option?.title ?? '').toLowerCase().includes(input.trim().toLowerCase()),
      }}
      options={[
        ...known.map((c) => ({ value: c.value, title: c.label, label: <Pill color={c.color}>{c.label}</Pill> })),
        ...(isNew ? [{ value: NEW, title: name, label: tx('tags.new', { name }) }] : []),
      ]}
      value={chosen}
      onChange={(v: string[]) => {
        if (v.includes(NEW)) void make();
        else {
          p.onChange(v);
          setTyped('');
        }
      }}
    />
  );
}
