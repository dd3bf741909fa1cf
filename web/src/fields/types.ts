import type { ComponentType } from 'react';
import type { Field, Operator, Rec } from '@/api/types';

export interface CellProps {
  value: unknown;
  field: Field;
  record?: Rec;
}
export interface InputProps {
  id: string;
  field: Field;
  value: unknown;
  onChange: (value: unknown) => void;
  invalid?: boolean;
  /** What is wrong with parts of the value, by `name[row].column`. */
  errors?: Record<string, string>;
  describedBy?: string;
  disabled?: boolean;
  autoFocus?: boolean;
  label?: string;
}
export interface FilterProps {
  field: Field;
  op: Operator;
  value: unknown;
  onChange: (value: unknown) => void;
  label: string;
}
/** A rule looks at a value and answers with what is wrong with it. */
export type Rule = (value: unknown) => string | null;

/** Everything the browser knows about one kind of field. */
export interface FieldKindSpec {
  Cell: ComponentType<CellProps>;
  Input: ComponentType<InputProps>;
  Filter: ComponentType<FilterProps>;
  operators: Operator[];
  /** Plain text: clipboard, print, tooltip, history. */
  format: (value: unknown, field: Field) => string;
  rules: (field: Field) => Rule[];
  /** What is sent for a value of the form. */
  write: (value: unknown, field: Field) => unknown;
  width: number;
  numeric?: boolean;
}
