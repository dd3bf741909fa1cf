import { useSyncExternalStore } from 'react';
import type { QueryValue } from '@/api/client';
import type { Action, Filter, Rec } from '@/api/types';

export interface FormRequest {
  entity: string;
  id?: string;
  defaults?: Record<string, unknown>;
  fields?: string[];
  onSaved?: (record: Rec) => void;
  /** Makes the new record of what was written, where that is part of something larger. */
  send?: (values: Record<string, unknown>) => Promise<Rec>;
}
export interface ActionRequest {
  entity: string;
  action: Action;
  record?: Rec;
  ids?: string[];
  filter?: Filter;
  q?: string;
  /** Parts of the input that are known already and not asked for. */
  given?: Record<string, unknown>;
  /** Other fields of the record that change with it. */
  edit?: Record<string, unknown>;
  onDone?: (result: unknown) => void;
  /** It was closed, done or not. */
  onLeft?: () => void;
}
/** An export that somebody has to allow first, or that only has to say what it is for. */
export interface LeaveRequest {
  entity: string;
  /** Why leave is needed, in the server's words. */
  reason: string;
  range: Record<string, QueryValue>;
  /** Fetches the file once its purpose is stated, where nobody's leave is needed. */
  fetchFor?: (purpose: string) => Promise<void>;
}
export type HostRequest = ({ type: 'form' } & FormRequest) | ({ type: 'action' } & ActionRequest) | ({ type: 'leave' } & LeaveRequest);
export type Opened = HostRequest & { key: number; from: Element | null };

let stack: Opened[] = [];
let counter = 0;
const listeners = new Set<() => void>();
const change = (next: Opened[]) => {
  stack = next;
  for (const fn of listeners) fn();
};

const open = (request: HostRequest) => change([...stack, { ...request, key: ++counter, from: document.activeElement } as Opened]);

/** Opens the form of a record (new without `id`) over whatever is on screen. */
export const openRecordForm = (request: FormRequest) => open({ type: 'form', ...request });
/** Asks for the input of an action, or confirms it, and runs it. */
export const openAction = (request: ActionRequest) => open({ type: 'action', ...request });
/** Asks what an export is for and applies for leave. */
export const openLeave = (request: LeaveRequest) => open({ type: 'leave', ...request });
export function closeOpened(key: number) {
  const from = stack.find((o) => o.key === key)?.from;
  change(stack.filter((o) => o.key !== key));
  // Whoever works by keys goes on where they were; what opened it may be gone by now.
  requestAnimationFrame(() => {
    if (document.activeElement !== document.body) return;
    const back = from?.isConnected && from !== document.body ? from : document.getElementById('content');
    (back as HTMLElement | null)?.focus({ preventScroll: true });
  });
}
export const useOpened = () =>
  useSyncExternalStore(
    (fn) => {
      listeners.add(fn);
      return () => listeners.delete(fn);
    },
    () => stack,
  );
