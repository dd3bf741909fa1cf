/** The HTTP contract by hand: static shapes are typed, record values are `unknown` until a field kind reads them. */
export type FieldKind =
  | 'text'
  | 'long_text'
  | 'integer'
  | 'decimal'
  | 'money'
  | 'percent'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'choice'
  | 'choices'
  | 'reference'
  | 'any_reference'
  | 'lines'
  | 'email'
  | 'phone'
  | 'url'
  | 'address'
  | 'region'
  | 'file'
  | 'formula'
  | 'roll_up'
  | 'serial';
export type Operator =
  | 'eq'
  | 'ne'
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge'
  | 'in'
  | 'nin'
  | 'between'
  | 'contains'
  | 'starts'
  | 'empty'
  | 'under'
  | 'me'
  | 'within';
export type Filter = { [key: string]: unknown };

export interface Choice {
  value: string;
  label: string;
  color?: string | null;
  disabled?: boolean;
  /** What it means and asks for. */
  note?: string | null;
}
export interface Field {
  name: string;
  label: string;
  kind: FieldKind;
  help?: string | null;
  required?: boolean;
  max?: number | null;
  decimals?: number | null;
  access: 'read' | 'write' | 'masked';
  list?: boolean;
  group?: string | null;
  group_label?: string | null;
  custom?: boolean;
  hidden?: boolean;
  operators?: Operator[];
  sortable?: boolean;
  searchable?: boolean;
  choices?: Choice[] | null;
  target?: string | null;
  target_filter?: Filter | null;
  default?: unknown;
  on_create_only?: boolean;
  /** Not written by hand, but an import may bring it for a new record. */
  brought?: boolean;
  /** One of the fields every record carries. */
  implied?: boolean;
  /** Smallest and greatest integer. */
  range?: [number | string, number | string] | null;
  /** An integer shown as so many stars out of the greatest of its range. */
  stars?: boolean;
  /** A date of birth: told with the age. */
  birth?: boolean;
  sensitive?: boolean;
  /** The dictionary its choices come from. */
  dictionary?: string | null;
  dictionary_label?: string | null;
  /** The columns of lines; their `max` is the number of rows. */
  columns?: Field[] | null;
  /** Kind of the result of a formula or roll-up. */
  result?: FieldKind | null;
}
export interface Action {
  name: string;
  label: string;
  on: 'record' | 'collection';
  bulk?: boolean;
  danger?: boolean;
  confirm?: string | null;
  help?: string | null;
  when?: Filter | null;
  input?: Field[] | null;
}
export interface BuiltinView {
  name: string;
  label: string;
  filter?: Filter | null;
  sort?: string | null;
  columns?: string[] | null;
}
export interface Related {
  entity: string;
  field: string;
  label: string;
}
export interface Entity {
  name: string;
  label: string;
  /** What several are called. */
  plural: string;
  area: string;
  custom?: boolean;
  /** Name of a picture, of objects made at run time. */
  icon?: string | null;
  singleton?: boolean;
  /** Who says what somebody may do with its records. */
  rights_from?: 'roles' | 'administration' | 'owner';
  title: string;
  owner?: string | null;
  verbs: string[];
  fields: Field[];
  actions: Action[];
  views: BuiltinView[];
  related: Related[];
  timeline?: boolean;
  /** Files are kept with its records. */
  attachments?: boolean;
  /** The reference to the record whose reader may read it. */
  follows?: string | null;
  /** Sets of compulsory fields hold for it. */
  profiled?: boolean;
  /** Found by the search box; offers the check for duplicates. */
  search?: boolean;
  duplicates?: boolean;
}
export interface Area {
  name: string;
  label: string;
  entities: string[];
}
export interface Meta {
  version: string;
  language: string;
  areas: Area[];
  entities: Record<string, Entity>;
  /** What the dictionaries are called. */
  dictionaries: Record<string, string>;
}

export interface Ref {
  id: string;
  title: string | null;
}
export interface AnyRef extends Ref {
  entity: string;
}
export interface Money {
  amount: string;
  currency: string;
}
export interface Rec {
  id: string;
  version: string | number;
  _masked?: string[];
  /** What may be done with it: verbs, and actions with what stands in the way; told of single records only. */
  _can?: { verbs: string[]; actions: Record<string, string | null> };
  deleted_at?: string | null;
  [field: string]: unknown;
}
export interface Page<T> {
  items: T[];
  next: string | null;
  count?: { value: number; exact: boolean };
}

export interface Me {
  user: Rec;
  roles: { id: string; title: string; active: boolean }[];
  preferences: Record<string, unknown>;
  administrator: 'none' | 'information' | 'branch' | 'full';
  /** Somebody reports to this person, or is in a department this person leads. */
  leads: boolean;
  csrf: string;
  /** Nothing else is open before a new password is chosen. */
  must_change_password: boolean;
  organisation: { name: string; currency: string; time_zone: string; password_length: number; password_mixed: boolean };
  unread_notifications: number;
}

export interface ProblemItem {
  field?: string;
  code: string;
  detail: string;
}
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  errors?: ProblemItem[];
  request_id?: string;
  current?: Rec;
}

export interface Change {
  field: string;
  old: unknown;
  new: unknown;
}
export type ChangeOp = 'create' | 'update' | 'delete' | 'restore';
export interface HistoryItem extends Pick<ChangeSet, 'kind' | 'undone_by' | 'undo_of'> {
  change_set: string;
  at: string;
  actor: Ref | null;
  reason?: string | null;
  op: ChangeOp;
  undoable: boolean;
  changes: Change[];
  /** A file kept with the record; its identity while it still is. */
  attachment?: { name: string; file: string | null } | null;
}
export interface TimelineItem {
  type: string;
  at: string;
  actor: Ref | null;
  entity: string;
  /** None of a file that was taken off. */
  id: string | null;
  op?: ChangeOp;
  title?: string | null;
  body?: string | null;
  changes?: Change[] | null;
}
export interface ChangeSet {
  id: string;
  at: string;
  actor: Ref | null;
  reason?: string | null;
  kind?: string | null;
  undoable?: boolean;
  entities: Record<string, number>;
  undone_by?: string | null;
  undo_of?: string | null;
}
export interface ChangeSetDetail extends ChangeSet {
  next?: string | null;
  changes: { entity: string; id: string; title: string | null; op: ChangeOp; changes: Change[] }[];
}
export interface UndoResult {
  change_set: string | null;
  undone: number;
  conflict_count?: number;
  conflicts: { entity: string; id: string; title: string | null; field?: string | null; code: string; detail: string }[];
}

export interface Suggestion {
  id: string;
  title: string;
  subtitle?: string | null;
  match?: unknown;
}
export interface SearchHit extends Suggestion {
  entity: string;
  match?: { field: string; text: string } | null;
}
export interface Duplicate {
  /** What it is: not always what is being entered. */
  entity: string;
  /** Null where the reader may not see it. */
  id: string | null;
  title: string;
  reason: string;
  owner: Ref | null;
  protected_until?: string | null;
  visible: boolean;
  /** Whatever else is told of it: choices as their labels, references with their titles. */
  [field: string]: unknown;
}
export interface Job {
  id: string;
  kind: string;
  state: 'queued' | 'running' | 'cancelling' | 'done' | 'failed' | 'cancelled' | 'interrupted';
  done: number;
  total: number;
  result?: Record<string, unknown> | null;
}
export interface RowResult {
  id: string;
  ok: boolean;
  problem?: Partial<Problem> | null;
}
/** Which records a bulk request is about. */
export type Target = { ids: string[]; filter?: undefined; q?: undefined } | { ids?: undefined; filter: Filter; q?: string };
export interface BulkResult {
  change_set?: string | null;
  updated?: number;
  results?: RowResult[];
  job?: string;
}
export interface ActionResult {
  record: Rec | null;
  result: Record<string, unknown> | null;
}
export interface MergeResult {
  record: Rec;
  moved: Record<string, number>;
  change_set: string | null;
}
export interface Explanation {
  verdicts: { verb: string; label?: string; allowed: boolean; because: string[] }[];
  fields: { field: string; right: string; because: string | string[] }[];
}

export type * from './importTypes';
