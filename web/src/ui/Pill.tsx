import type { ReactNode } from 'react';

const COLORS = new Set(['red', 'blue', 'violet', 'amber', 'green', 'grey']);
const ALIASES: Record<string, string> = {
  purple: 'violet',
  indigo: 'violet',
  orange: 'amber',
  yellow: 'amber',
  gold: 'amber',
  cyan: 'blue',
  teal: 'green',
  gray: 'grey',
  default: 'grey',
  pink: 'red',
};
export const pillColor = (color?: string | null) => (color && COLORS.has(color) ? color : (ALIASES[color ?? ''] ?? 'grey'));

/** A state: a dot and a word, never colour alone. */
export const Pill = ({ color, children }: { color?: string | null; children: ReactNode }) => (
  <span className={`pill pill-${pillColor(color)}`}>
    <i />
    {children}
  </span>
);
