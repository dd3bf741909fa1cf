import type { Ref } from './types';

export type ImportState =
  | 'mapping'
  | 'previewing'
  | 'ready'
  | 'running'
  | 'done'
  | 'cancelled'
  | 'failed'
  | 'reverting'
  | 'partly_reverted'
  | 'reverted';
export interface ImportOptions {
  match: string[];
  mode: 'create_update' | 'create' | 'update';
  /** What becomes of rows that only the entity's own rule takes for a record that is there. */
  duplicates?: 'skip' | 'create' | 'update';
  /** What an empty cell does to a record that is there. */
  blank?: 'keep' | 'clear';
  owner?: string;
  add_choices?: boolean;
  encoding?: string | null;
  separator?: string | null;
  worksheet?: string | null;
}
export interface ImportRow {
  row: number;
  verdict: 'create' | 'update' | 'skip' | 'error';
  id?: string | null;
  match?: { id?: string | null; row?: number | null; title: string; reason: string } | null;
  values: Record<string, unknown>;
  errors?: { field?: string | null; column?: string | null; detail: string }[] | null;
}
/** A word of the file that was taken for the short form of an option. */
export interface ImportGuess {
  field: string;
  word: string;
  value: string;
}
export interface Import {
  id: string;
  entity: string;
  file_name: string;
  format?: string;
  state: ImportState;
  worksheets?: string[];
  columns: string[];
  sample: string[][];
  rows: number;
  mapping: Record<string, string | null>;
  options: ImportOptions;
  preview?: { create: number; update: number; skip: number; error: number; new_words?: Record<string, string[]> | null; guesses?: ImportGuess[] | null; rows: ImportRow[] } | null;
  result?: { created: number; updated: number; skipped: number; failed: number; rows: number } | null;
  problem?: { code: string; detail: string } | null;
  reverted?: {
    undone: number;
    conflicts: number;
    items: { entity: string; id: string; title: string; field?: string | null; detail: string }[];
  } | null;
  created_at?: string;
  created_by?: Ref | null;
}
