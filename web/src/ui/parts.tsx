import Button from 'antd/es/button';
import { useEffect, useId, type ReactNode } from 'react';
import { t } from '@/i18n/t';
import { errorText } from './feedback';
import { Icon, type IconName } from './Icon';

export function EmptyState({ icon = 'folder', title, children }: { icon?: IconName; title: ReactNode; children?: ReactNode }) {
  return (
    <div className="empty-state">
      <Icon name={icon} size={32} />
      <p>{title}</p>
      {children}
    </div>
  );
}
export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <div className="empty-state" role="alert">
      <Icon name="warning" size={32} />
      <p>{errorText(error)}</p>
      {retry && <Button onClick={retry}>{t('retry')}</Button>}
    </div>
  );
}
/** Why something was not done; nothing where there is nothing to say. */
export const Failure = ({ children }: { children?: ReactNode }) =>
  children ? (
    <p className="note note-red" role="alert">
      {children}
    </p>
  ) : null;
export const Loading = ({ label }: { label?: string }) => (
  <div className="loading" role="status">
    <i />
    <span>{label ?? t('loading')}</span>
  </div>
);

export function Panel({
  title,
  extra,
  children,
  className = '',
}: {
  title?: ReactNode;
  extra?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  const id = useId();
  return (
    <section className={`panel ${className}`} aria-labelledby={title ? id : undefined}>
      {title && (
        <header className="panel-head">
          <h2 id={id}>{title}</h2>
          <span className="grow" />
          {extra}
        </header>
      )}
      <div className="panel-body">{children}</div>
    </section>
  );
}
export const PageBar = ({ title, children }: { title: ReactNode; children?: ReactNode }) => (
  <header className="page-bar">
    <h1>{title}</h1>
    <span className="grow" />
    {children}
  </header>
);

export interface TabItem {
  key: string;
  label: ReactNode;
  badge?: number;
}
/** Tabs with arrow keys; the panel is drawn by the caller with id `${id}-panel`. */
export function Tabs({
  id,
  items,
  value,
  onChange,
  label,
  children,
}: {
  id: string;
  items: TabItem[];
  value: string;
  onChange: (key: string) => void;
  label: string;
  children?: ReactNode;
}) {
  const move = (step: number) => {
    const next = items[(items.findIndex((i) => i.key === value) + step + items.length) % items.length];
    onChange(next.key);
    document.getElementById(`${id}-${next.key}`)?.focus();
  };
  // Of many tabs the chosen one is in sight.
  useEffect(() => {
    // What scrolling gives back, a promise in newer browsers, is not for React.
    document.getElementById(`${id}-${value}`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [id, value]);
  return (
    <div className="tabs">
      <div role="tablist" aria-label={label} className="tabs-list">
        {items.map((item) => (
          <button
            key={item.key}
            id={`${id}-${item.key}`}
            type="button"
            role="tab"
            aria-selected={item.key === value}
            aria-controls={`${id}-panel`}
            tabIndex={item.key === value ? 0 : -1}
            className="tab"
            onClick={() => onChange(item.key)}
            onKeyDown={(e) => {
              if (e.key === 'ArrowRight') move(1);
              else if (e.key === 'ArrowLeft') move(-1);
              else return;
              e.preventDefault();
            }}
          >
            {item.label}
            {item.badge ? <span className="badge">{item.badge}</span> : null}
          </button>
        ))}
      </div>
      {children}
    </div>
  );
}
export function LabeledField({
  label,
  required,
  error,
  help,
  id,
  children,
  wide,
}: {
  label: ReactNode;
  required?: boolean;
  error?: string | null;
  help?: string | null;
  id: string;
  children: ReactNode;
  wide?: boolean;
}) {
  return (
    <div className={`form-field${wide ? ' form-field-wide' : ''}${error ? ' has-error' : ''}`}>
      <label htmlFor={id}>
        {required && (
          <span className="required" aria-hidden="true">
            *
          </span>
        )}
        {label}
      </label>
      {children}
      {error ? (
        <p className="field-error" id={`${id}-note`} role="alert">
          {error}
        </p>
      ) : help ? (
        <p className="muted small" id={`${id}-note`}>
          {help}
        </p>
      ) : null}
    </div>
  );
}
