import type { Ref } from './types';

export type ImportState = 'mapping' | 'previewing' | 'ready' | 'running' | 'done' | 'cancelled' | 'failed' | 'reverted';
export interface ImportOptions {
  match: string[];
  mode: 'create_update' | 'create' | 'update';
  encoding?: string;
  separator?: string;
}
export interface ImportRow {
  row: number;
  verdict: 'create' | 'update' | 'skip' | 'error';
  id?: string | null;
  values: Record<string, unknown>;
  errors?: { field?: string | null; column?: string | null; detail: string }[] | null;
}
export interface Import {
  id: string;
  entity: string;
  file_name: string;
  state: ImportState;
  columns: string[];
  sample: string[][];
  rows: number;
  mapping: Record<string, string | null>;
  options: ImportOptions;
  preview?: { create: number; update: number; skip: number; error: number; rows: ImportRow[] } | null;
  result?: { created: number; updated: number; skipped: number; failed: number; rows?: unknown } | null;
  created_at?: string;
  created_by?: Ref | null;
}
