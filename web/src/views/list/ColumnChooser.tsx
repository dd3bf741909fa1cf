import { useState, type DragEvent } from 'react';
import type { Entity } from '@/api/types';
import { t } from '@/i18n/t';
import { defaultColumns } from '@/metadata/fields';
import { Icon } from '@/ui/Icon';
import { Popup } from '@/ui/Menu';

/** Which columns, in which order: drag, or the arrow buttons. The title is always first. */
export function ColumnChooser({
  entity,
  columns,
  onChange,
}: {
  entity: Entity;
  columns: string[];
  onChange: (columns: string[] | null) => void;
}) {
  const [dragged, setDragged] = useState<string | null>(null);
  const [q, setQ] = useState('');
  const fields = entity.fields.filter((f) => !f.hidden);
  const label = (name: string) => fields.find((f) => f.name === name)?.label ?? name;
  const others = fields.filter((f) => !columns.includes(f.name) && f.label.toLowerCase().includes(q.toLowerCase()));
  const place = (name: string, to: number) => {
    const rest = columns.filter((c) => c !== name);
    rest.splice(Math.max(0, Math.min(rest.length, to)), 0, name);
    onChange(rest);
  };
  const over = (name: string) => (e: DragEvent) => {
    if (!dragged || dragged === name) return;
    e.preventDefault();
    place(dragged, columns.indexOf(name));
  };
  return (
    <Popup
      label={t('list.columns')}
      className="icon-button"
      button={
        <>
          <Icon name="columns" />
          <span className="wide-only">{t('list.columns')}</span>
        </>
      }
    >
      {() => (
        <div className="chooser">
          <ul>
            {columns.map((name, i) => (
              <li
                key={name}
                draggable
                onDragStart={(e) => {
                  setDragged(name);
                  e.dataTransfer.effectAllowed = 'move';
                }}
                onDragOver={over(name)}
                onDragEnd={() => setDragged(null)}
                className={dragged === name ? 'is-dragged' : ''}
              >
                <Icon name="drag" size={14} />
                <label className="grow">
                  <input
                    type="checkbox"
                    checked
                    disabled={columns.length === 1}
                    onChange={() => onChange(columns.filter((c) => c !== name))}
                  />{' '}
                  {label(name)}
                </label>
                <button
                  type="button"
                  className="icon-button icon-small"
                  disabled={i === 0}
                  aria-label={`${t('list.move_up')} ${label(name)}`}
                  onClick={() => place(name, i - 1)}
                >
                  <Icon name="up" size={13} />
                </button>
                <button
                  type="button"
                  className="icon-button icon-small"
                  disabled={i === columns.length - 1}
                  aria-label={`${t('list.move_down')} ${label(name)}`}
                  onClick={() => place(name, i + 1)}
                >
                  <Icon name="down" size={13} />
                </button>
              </li>
            ))}
          </ul>
          <input
            className="plain-input"
            value={q}
            onChange={(e) => setQ(e.target.value)}
            placeholder={t('search')}
            aria-label={t('search')}
          />
          <ul>
            {others.map((f) => (
              <li key={f.name}>
                <label className="grow">
                  <input type="checkbox" checked={false} onChange={() => onChange([...columns, f.name])} /> {f.label}
                </label>
              </li>
            ))}
          </ul>
          <button type="button" className="link" onClick={() => onChange(defaultColumns(entity))}>
            {t('reset')}
          </button>
        </div>
      )}
    </Popup>
  );
}
