import Button from 'antd/es/button';
import Select from 'antd/es/select';
import { useMemo, useState } from 'react';
import { useEntity, useMe, useRecords } from '@/api/hooks';
import type { Entity, Rec, Ref } from '@/api/types';
import { formatValue } from '@/fields/kind';
import { RecordPicker } from '@/fields/reference';
import { followUps } from '@/i18n/dict/followUps';
import { formatInstant } from '@/i18n/format';
import { t, translator } from '@/i18n/t';
import { can, fieldOf, titleOf } from '@/metadata/fields';
import { Icon } from '@/ui/Icon';
import { Pill } from '@/ui/Pill';
import { EmptyState, ErrorState, Loading } from '@/ui/parts';
import { useDebounced } from '@/ui/useDebounced';
import { openRecordForm } from '@/views/form/openForm';
import type { RecordPanelProps } from '..';
import { FollowUpComposer } from '../follow-ups/FollowUpComposer';
import { refOf, textOf } from '../shared/queries';
import './customers.css';

const tx = translator(followUps);
const FIELDS = ['content', 'channel', 'matter_type', 'feedback', 'contact', 'contacted_at', 'next_contact_at', 'owner', 'remark'];

const PERIODS = ['today', 'this_week', 'this_month', 'last_30_days', 'this_year'] as const;

function Item({ record, entity, mine }: { record: Rec; entity: Entity; mine: boolean }) {
  const [channel, matter] = ['channel', 'matter_type'].map((n) => fieldOf(entity, n));
  const contact = refOf(record.contact);
  return (
    <li>
      <span className="event-icon">
        <Icon name={record.channel === 'call' ? 'phone' : 'chat'} size={13} />
      </span>
      <div className="row-wrap">
        <strong>{refOf(record.owner)?.title}</strong>
        {channel && <Pill>{formatValue(record.channel, channel)}</Pill>}
        {matter && record.matter_type ? <Pill>{formatValue(record.matter_type, matter)}</Pill> : null}
        {contact?.title && <span className="muted">{contact.title}</span>}
        <time className="muted num">{formatInstant(record.contacted_at)}</time>
        {mine && can(entity, 'edit') && (
          <button type="button" className="link small" onClick={() => openRecordForm({ entity: 'follow-ups', id: record.id })}>
            {tx('edit')}
          </button>
        )}
      </div>
      <p className="event-body">{textOf(record.content)}</p>
      {textOf(record.feedback) && (
        <p className="muted">
          {tx('feedback')}: {textOf(record.feedback)}
        </p>
      )}
      {textOf(record.remark) && <p className="muted">{textOf(record.remark)}</p>}
      {textOf(record.next_contact_at) && (
        <p className="small row">
          <Icon name="calendar" size={13} />
          {tx('next_at', { at: formatInstant(record.next_contact_at) })}
        </p>
      )}
    </li>
  );
}

/** What was said with this customer or lead, with the composer on top (COM-03, COM-08). */
export default function FollowUpTab({ record, entity: name }: RecordPanelProps) {
  const entity = useEntity('follow-ups');
  const owner = useEntity(name);
  const me = useMe();
  const [channel, setChannel] = useState<string>();
  const [matter, setMatter] = useState<string>();
  const [when, setWhen] = useState<string>();
  const [author, setAuthor] = useState<Ref | null>(null);
  const [typed, setTyped] = useState('');
  const word = useDebounced(typed.trim(), 300);
  const link = name === 'leads' ? 'lead' : 'customer';
  const params = useMemo(
    () => ({
      filter: {
        and: [
          { [link]: record.id },
          ...(channel ? [{ channel }] : []),
          ...(matter ? [{ matter_type: matter }] : []),
          ...(when ? [{ contacted_at: { within: when } }] : []),
          ...(author ? [{ owner: author.id }] : []),
        ],
      },
      q: word || undefined,
      sort: '-contacted_at',
      fields: FIELDS,
      limit: 30,
    }),
    [link, record.id, channel, matter, when, author, word],
  );
  const list = useRecords('follow-ups', params, Boolean(entity));
  if (!entity) return null;
  const items = list.data?.pages.flatMap((p) => p.items) ?? [];
  const ref = { id: record.id, title: titleOf(owner, record) };
  const pick = (field: string, value: string | undefined, set: (v: string | undefined) => void, label: string) => (
    <Select
      aria-label={label}
      placeholder={label}
      allowClear
      popupMatchSelectWidth={false}
      value={value}
      onChange={set}
      options={(fieldOf(entity, field)?.choices ?? []).map((c) => ({ value: c.value, label: c.label }))}
    />
  );
  return (
    <div className="follow-tab">
      {!record.deleted_at && <FollowUpComposer {...(link === 'lead' ? { lead: ref } : { customer: ref })} />}
      <div className="row follow-filter">
        {pick('channel', channel, setChannel, tx('filter_channel'))}
        {pick('matter_type', matter, setMatter, tx('filter_matter'))}
        <Select
          aria-label={tx('filter_when')}
          placeholder={tx('filter_when')}
          allowClear
          popupMatchSelectWidth={false}
          value={when}
          onChange={setWhen}
          options={PERIODS.map((period) => ({ value: period, label: tx(`when.${period}`) }))}
        />
        <span className="follow-author">
          <RecordPicker
            entity="users"
            label={tx('filter_author')}
            placeholder={tx('filter_author')}
            value={author ? [author] : []}
            onChange={(v) => setAuthor(v[0] ?? null)}
          />
        </span>
        <input
          type="search"
          className="follow-word"
          aria-label={tx('filter_word')}
          placeholder={tx('filter_word')}
          value={typed}
          onChange={(e) => setTyped(e.target.value)}
        />
      </div>
      {list.isError ? (
        <ErrorState error={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Loading />
      ) : items.length === 0 ? (
        <EmptyState icon="chat" title={tx('empty')} />
      ) : (
        <ol className="events">
          {items.map((r) => (
            <Item key={r.id} record={r} entity={entity} mine={refOf(r.owner)?.id === me.user.id || can(entity, 'approve')} />
          ))}
        </ol>
      )}
      {list.hasNextPage && (
        <p className="center">
          <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('more')}
          </Button>
        </p>
      )}
    </div>
  );
}
