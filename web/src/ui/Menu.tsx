import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import './menu.css';

export interface MenuItem {
  key: string;
  label: ReactNode;
  icon?: ReactNode;
  danger?: boolean;
  disabled?: boolean;
  /** A second line: why it cannot be chosen. */
  note?: string | null;
  checked?: boolean;
  onClick: () => void;
}
export type MenuEntry = MenuItem | { heading: string } | 'line';

/** Closes on Escape and on a press outside; gives the focus back to the button. */
export function usePopup() {
  const [open, setOpen] = useState(false);
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const press = (e: Event) => {
      if (!ref.current?.contains(e.target as Node)) setOpen(false);
    };
    const key = (e: globalThis.KeyboardEvent) => {
      if (e.key !== 'Escape') return;
      e.stopPropagation();
      setOpen(false);
      ref.current?.querySelector('button')?.focus();
    };
    document.addEventListener('pointerdown', press);
    document.addEventListener('keydown', key, true);
    return () => {
      document.removeEventListener('pointerdown', press);
      document.removeEventListener('keydown', key, true);
    };
  }, [open]);
  return { open, setOpen, ref };
}

/** Pixels a menu may take. */
const WIDTH = 260;

interface MenuProps {
  label: string;
  button: ReactNode;
  items: MenuEntry[];
  className?: string;
  align?: 'left' | 'right';
  up?: boolean;
  disabled?: boolean;
}
export function Menu({ label, button, items, className = 'icon-button', align = 'right', up, disabled }: MenuProps) {
  const { open, setOpen, ref } = usePopup();
  const id = useId();
  const [side, setSide] = useState(align);
  const focus = (step: number | 'first' | 'last') => {
    const list = [...(ref.current?.querySelectorAll<HTMLElement>('[role^=menuitem]:not([aria-disabled=true])') ?? [])];
    const at = list.indexOf(document.activeElement as HTMLElement);
    list[step === 'first' ? 0 : step === 'last' ? list.length - 1 : (at + step + list.length) % list.length]?.focus();
  };
  const keys = (e: KeyboardEvent) => {
    if (e.key === 'ArrowDown') {
      if (!open) setOpen(true);
      setTimeout(() => focus(open ? 1 : 'first'));
    } else if (e.key === 'ArrowUp') focus(-1);
    else if (e.key === 'Home') focus('first');
    else if (e.key === 'End') focus('last');
    else if (e.key === 'Tab') {
      setOpen(false);
      return;
    } else return;
    e.preventDefault();
  };
  return (
    // The keys are handled for the buttons inside.
    <div className="menu-root" ref={ref} onKeyDown={keys} role="presentation">
      <button
        type="button"
        className={className}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={label}
        title={label}
        disabled={disabled}
        onClick={() => {
          // Where there is no room to its left it opens to the right.
          const room = ref.current?.getBoundingClientRect().right ?? WIDTH;
          setSide(align === 'right' && room < WIDTH ? 'left' : align);
          setOpen(!open);
          if (!open) setTimeout(() => focus('first'));
        }}
      >
        {button}
      </button>
      {open && (
        <div className={`menu menu-${side}${up ? ' menu-up' : ''}`} role="menu" id={id} aria-label={label}>
          {items.map((item, i) =>
            item === 'line' ? (
              <hr key={`l${i}`} />
            ) : 'heading' in item ? (
              <div key={item.heading} className="menu-heading" role="presentation">
                {item.heading}
              </div>
            ) : (
              <button
                key={item.key}
                type="button"
                role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
                aria-checked={item.checked}
                aria-disabled={item.disabled || undefined}
                tabIndex={-1}
                className={`menu-item${item.danger ? ' menu-danger' : ''}`}
                onClick={() => {
                  if (item.disabled) return;
                  setOpen(false);
                  item.onClick();
                }}
              >
                <span className="menu-mark">{item.checked ? '✓' : item.icon}</span>
                {item.note ? (
                  <span className="menu-noted">
                    {item.label}
                    <small>{item.note}</small>
                  </span>
                ) : (
                  item.label
                )}
              </button>
            ),
          )}
        </div>
      )}
    </div>
  );
}

/** A panel under a button, for more than a list of commands. */
export function Popup({
  label,
  button,
  className = 'icon-button',
  align = 'right',
  children,
}: {
  label: string;
  button: ReactNode;
  className?: string;
  align?: 'left' | 'right';
  children: (close: () => void) => ReactNode;
}) {
  const { open, setOpen, ref } = usePopup();
  return (
    <div className="menu-root" ref={ref}>
      <button
        type="button"
        className={className}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={label}
        onClick={() => setOpen(!open)}
      >
        {button}
      </button>
      {open && (
        <div className={`menu popup menu-${align}`} role="dialog" aria-label={label}>
          {children(() => setOpen(false))}
        </div>
      )}
    </div>
  );
}
