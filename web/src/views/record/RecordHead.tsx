import { Link } from '@tanstack/react-router';
import Button from 'antd/es/button';
import { lazy, Suspense, useState } from 'react';
import { del, post } from '@/api/client';
import { recordWritten, useMe } from '@/api/hooks';
import type { Entity, Rec } from '@/api/types';
import { useGo } from '@/app/nav';
import { iconOf, offeredElsewhere } from '@/areas';
import { FieldValue } from '@/fields/FieldValue';
import { formatValue } from '@/fields/kind';
import { t } from '@/i18n/t';
import { editable, keyFields, titleOf } from '@/metadata/fields';
import { mayOn, offersOn, type Offer } from '@/metadata/rights';
import { copyText } from '@/ui/copy';
import { confirm, toast } from '@/ui/feedback';
import { Icon } from '@/ui/Icon';
import { Menu, type MenuEntry } from '@/ui/Menu';
import { openAction, openRecordForm } from '../form/openForm';

const ExplainPanel = lazy(() => import('./ExplainPanel'));

interface Props {
  name: string;
  entity: Entity;
  record: Rec;
  readOnly: boolean;
  past: boolean;
  onPast: () => void;
}
export function RecordHead({ name, entity, record, readOnly, past, onPast }: Props) {
  const me = useMe();
  const go = useGo();
  const [explain, setExplain] = useState(false);
  const binned = Boolean(record.deleted_at);
  const actions =
    readOnly || binned
      ? []
      : offersOn(entity, record, me.user.id).filter((o) => !offeredElsewhere[name]?.includes(o.action.name));
  const shown = actions.filter((o) => !o.action.danger && !o.whyNot).slice(0, 3);
  const entry = ({ action, whyNot }: Offer): MenuEntry => ({
    key: action.name,
    label: action.label,
    danger: action.danger,
    disabled: Boolean(whyNot),
    note: whyNot,
    onClick: () => openAction({ entity: name, action, record }),
  });
  const restore = async () => {
    try {
      recordWritten(name, await post<Rec>(`/${name}/${record.id}/restore`));
      toast.success(t('restored'));
    } catch (e) {
      toast.error(e);
    }
  };
  const remove = async () => {
    if (
      !(await confirm({
        title: t('record.delete', { title: titleOf(entity, record) }),
        content: t('bulk.delete.help'),
        okText: t('delete'),
        danger: true,
      }))
    )
      return;
    try {
      await del(`/${name}/${record.id}`, record.version);
      recordWritten(name, null, record.id);
      go(`/e/${name}`);
      toast.withAction(t('deleted'), t('undo'), () => void restore());
    } catch (e) {
      toast.error(e);
    }
  };
  const more: MenuEntry[] = [
    ...actions
      .filter((o) => !shown.includes(o))
      .map(entry),
    { key: 'past', label: t(past ? 'record.now' : 'record.as_of'), icon: <Icon name="history" />, onClick: onPast },
    { key: 'explain', label: t('explain.title'), icon: <Icon name="eye" />, onClick: () => setExplain(true) },
    { key: 'print', label: t('print.run'), icon: <Icon name="print" />, onClick: () => go(`/print/${name}/${record.id}`) },
    {
      key: 'link',
      label: t('record.copy_link'),
      icon: <Icon name="link" />,
      onClick: () => {
        void copyText(`${location.origin}/e/${name}/${record.id}`);
      },
    },
    ...(mayOn(entity, record, 'delete') && !readOnly && !binned
      ? ['line' as const, { key: 'delete', label: t('delete'), icon: <Icon name="bin" />, danger: true, onClick: () => void remove() }]
      : []),
  ];
  const facts = keyFields(entity).filter((f) => formatValue(record[f.name], f));
  return (
    <header className="panel record-head">
      <div className="record-title">
        <span className="record-icon">
          <Icon name={iconOf(name, entity)} size={20} />
        </span>
        <div className="grow">
          <Link to="/e/$entity" params={{ entity: name }} className="small">
            {entity.plural}
          </Link>
          <h1>{titleOf(entity, record)}</h1>
        </div>
        <div className="row record-actions">
          <span className="row wide-only">
            {shown.map(({ action }) => (
              <Button key={action.name} onClick={() => openAction({ entity: name, action, record })}>
                {action.label}
              </Button>
            ))}
          </span>
          {binned && mayOn(entity, record, record._can ? 'restore' : 'delete') && <Button onClick={() => void restore()}>{t('bin.restore')}</Button>}
          {mayOn(entity, record, 'edit') && entity.fields.some(editable) && !readOnly && !binned && (
            <Button type="primary" onClick={() => openRecordForm({ entity: name, id: record.id })}>
              {t('edit')}
            </Button>
          )}
          <Menu
            label={t('more')}
            button={<Icon name="more" />}
            items={[
              ...(window.innerWidth <= 700
                ? shown.map(entry)
                : []),
              ...more,
            ]}
          />
        </div>
      </div>
      {binned && <p className="note note-amber">{t('record.in_bin')}</p>}
      {facts.length > 0 && (
        <dl className="key-strip">
          {facts.map((f) => (
            <div key={f.name}>
              <dt>{f.label}</dt>
              <dd>
                <FieldValue field={f} record={record} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {explain && (
        <Suspense fallback={null}>
          <ExplainPanel entityName={name} entity={entity} record={record} onClose={() => setExplain(false)} />
        </Suspense>
      )}
    </header>
  );
}
