import Button from 'antd/es/button';
import { useId, useState, type KeyboardEvent } from 'react';
import { queryClient, recordWritten, useEntity } from '@/api/hooks';
import type { Entity, Ref } from '@/api/types';
import { FieldInput } from '@/fields/FieldInput';
import { RecordPicker } from '@/fields/reference';
import { formatInstant, listOf } from '@/i18n/format';
import { followUps } from '@/i18n/dict/followUps';
import { t, translator } from '@/i18n/t';
import { can, fieldOf, wide } from '@/metadata/fields';
import { errorText, toast } from '@/ui/feedback';
import { LabeledField } from '@/ui/parts';
import { fieldAt, useRecordForm } from '@/views/form/useRecordForm';
import { morningAhead } from '../shared/days';
import { refOf, textOf, useTop } from '../shared/queries';
import './followUps.css';

const tx = translator(followUps);
const FIRST = ['channel', 'matter_type', 'contact', 'content', 'next_contact_at'];

export interface ComposerProps {
  customer?: Ref | null;
  lead?: Ref | null;
  onSaved?: () => void;
  onCancel?: () => void;
  autoFocus?: boolean;
}

/** Writes down a contact in one go: how, about what, what was said, when to speak again. */
export function FollowUpComposer(p: ComposerProps) {
  const entity = useEntity('follow-ups');
  const [round, setRound] = useState(0);
  if (!can(entity, 'create')) return null;
  return <Composer key={round} {...p} entity={entity!} onSaved={() => (p.onSaved ? p.onSaved() : setRound(round + 1))} />;
}

function Composer({ entity, customer, lead, onSaved, onCancel, autoFocus }: ComposerProps & { entity: Entity }) {
  const id = useId();
  const [more, setMore] = useState(false);
  const form = useRecordForm({ entityName: 'follow-ups', entity, defaults: { customer: customer ?? null, lead: lead ?? null } });
  const links = useTop('contact-customers', { filter: { customer: customer?.id ?? null }, fields: ['contact'], limit: 100 }, false, Boolean(customer));
  const also = (links.data?.items ?? []).flatMap((link) => refOf(link.contact)?.id ?? []);
  const field = (name: string) => form.fields.find((f) => f.name === name);
  const [channel, matter, contact, content, next] = FIRST.map(field);
  const rest = form.fields.filter((f) => !FIRST.includes(f.name) && !['customer', 'lead', 'owner'].includes(f.name));
  const lacking = rest.filter((f) => Object.keys(form.errors).some((at) => fieldAt(at) === f.name));
  const refused = lacking.length > 0;
  // What is being filled in stays in sight when it is no longer at fault.
  if (refused && !more) setMore(true);
  const further = more ? rest : rest.filter((f) => f.required);
  const channels = channel?.choices?.filter((c) => !c.disabled) ?? [];
  const soon = [
    { label: tx('tomorrow'), at: morningAhead(1) },
    { label: tx('in_days', { n: 3 }), at: morningAhead(3) },
    { label: tx('in_week'), at: morningAhead(7) },
    { label: tx('in_month'), at: morningAhead(30) },
  ];
  const submit = async () => {
    const saved = await form.submit();
    if (!saved) return;
    toast.success(tx('saved'));
    for (const [name, ref] of [
      ['customers', customer],
      ['leads', lead],
    ] as const)
      if (ref) recordWritten(name, null, ref.id);
    void queryClient.invalidateQueries({ queryKey: ['quiet'] });
    onSaved?.();
  };
  const keys = (e: KeyboardEvent) => {
    if (e.key !== 'Enter' || !(e.ctrlKey || e.metaKey)) return;
    e.preventDefault();
    void submit();
  };
  return (
    <form
      className="composer stack"
      noValidate
      onKeyDown={keys}
      onSubmit={(e) => {
        e.preventDefault();
        void submit();
      }}
    >
      {form.failure ? (
        <p className="note note-red" role="alert">
          {errorText(form.failure)}
        </p>
      ) : null}
      {refused && (
        <p className="note note-red" role="alert">
          {listOf(lacking.map((f) => `${f.label}: ${form.errors[f.name] ?? ''}`))}
        </p>
      )}
      {channel && (
        <div className="chips" role="radiogroup" aria-label={tx('channel')}>
          {channels.map((c) => (
            <label key={c.value} className={`chip${form.values.channel === c.value ? ' is-on' : ''}`}>
              <input
                type="radio"
                className="sr-only"
                name={`${id}-channel`}
                checked={form.values.channel === c.value}
                onChange={() => form.set('channel', c.value)}
              />
              {c.label}
            </label>
          ))}
        </div>
      )}
      {content && (
        <LabeledField id={`${id}-content`} label={content.label} required={content.required} error={form.errors.content}>
          <textarea
            id={`${id}-content`}
            className="composer-text grows"
            rows={3}
            autoFocus={autoFocus}
            placeholder={tx('content')}
            aria-invalid={Boolean(form.errors.content)}
            value={textOf(form.values.content)}
            onChange={(e) => form.set('content', e.target.value)}
          />
        </LabeledField>
      )}
      <div className="form-grid">
        {matter && (
          <LabeledField id={`${id}-matter`} label={matter.label} required={matter.required} error={form.errors.matter_type}>
            <FieldInput id={`${id}-matter`} field={matter} value={form.values.matter_type} onChange={(v) => form.set('matter_type', v)} />
          </LabeledField>
        )}
        {contact && (
          <LabeledField id={`${id}-contact`} label={contact.label} required={contact.required} error={form.errors.contact}>
            <RecordPicker
              id={`${id}-contact`}
              entity="contacts"
              filter={customer ? { or: [{ customer: customer.id }, { id: { in: also } }] } : undefined}
              creates
              defaults={customer ? { customer } : undefined}
              value={refOf(form.values.contact) ? [refOf(form.values.contact)!] : []}
              onChange={(v) => form.set('contact', v[0] ?? null)}
            />
          </LabeledField>
        )}
      </div>
      {next && (
        <LabeledField id={`${id}-next`} label={next.label} required={next.required} error={form.errors.next_contact_at} help={next.help}>
          <div className="row-wrap">
            {soon.map((s) => (
              <button
                key={s.label}
                type="button"
                className={`chip${form.values.next_contact_at === s.at ? ' is-on' : ''}`}
                aria-pressed={form.values.next_contact_at === s.at}
                title={formatInstant(s.at)}
                onClick={() => form.set('next_contact_at', form.values.next_contact_at === s.at ? null : s.at)}
              >
                {s.label}
              </button>
            ))}
            <span className="composer-date">
              <FieldInput
                id={`${id}-next`}
                field={next}
                value={form.values.next_contact_at}
                onChange={(v) => form.set('next_contact_at', v)}
              />
            </span>
          </div>
        </LabeledField>
      )}
      {further.length > 0 && (
        <div className="form-grid">
          {further.map((f) => (
            <LabeledField
              key={f.name}
              id={`${id}-${f.name}`}
              label={f.label}
              required={f.required}
              error={form.errors[f.name]}
              help={f.help}
              wide={wide(f)}
            >
              <FieldInput id={`${id}-${f.name}`} field={f} value={form.values[f.name]} onChange={(v) => form.set(f.name, v)} />
            </LabeledField>
          ))}
        </div>
      )}
      <div className="form-actions">
        <button type="button" className="link" aria-expanded={more} onClick={() => setMore(!more)} disabled={refused}>
          {tx(more ? 'less' : 'more')}
        </button>
        <span className="grow" />
        <span className="muted small wide-only">{tx('keys')}</span>
        {onCancel && <Button onClick={onCancel}>{t('cancel')}</Button>}
        <Button type="primary" htmlType="submit" loading={form.busy} disabled={!fieldOf(entity, 'content')}>
          {tx('save')}
        </Button>
      </div>
    </form>
  );
}
