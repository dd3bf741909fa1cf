import type { ReactNode } from 'react';
import './sideList.css';

export interface SideItem {
  key: string;
  label: ReactNode;
  /** Said at its end: how many it holds. */
  note?: ReactNode;
}

/** What there is to choose from, beside what was chosen; stands in a `side-columns`. */
export function SideList({
  label,
  items,
  value,
  onSelect,
  children,
}: {
  label: string;
  items: SideItem[];
  value?: string;
  onSelect: (key: string) => void;
  /** Above the list: a box to find in it. */
  children?: ReactNode;
}) {
  return (
    <nav className="panel side-list" aria-label={label}>
      {children}
      <ul>
        {items.map(({ key, label, note }) => (
          <li key={key}>
            <button
              type="button"
              className={`side-item${key === value ? ' is-on' : ''}`}
              aria-current={key === value ? 'true' : undefined}
              onClick={() => onSelect(key)}
            >
              <span className="grow ellipsis">{label}</span>
              {note !== undefined && <span className="muted small num">{note}</span>}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
