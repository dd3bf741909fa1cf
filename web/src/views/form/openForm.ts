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
  onDone?: (result: unknown) => void;
}
/** An export that a superior has to allow first. */
export interface LeaveRequest {
  entity: string;
  /** Why leave is needed, in the server's words. */
  reason: string;
  range: Record<string, QueryValue>;
}
export type HostRequest = ({ type: 'form' } & FormRequest) | ({ type: 'action' } & ActionRequest) | ({ type: 'leave' } & LeaveRequest);
export type Opened = HostRequest & { key: number };

let stack: Opened[] = [];
let counter = 0;
const listeners = new Set<() => void>();
const change = (next: Opened[]) => {
  stack = next;
  for (const fn of listeners) fn();
};

/** Opens the form of a record (new without `id`) over whatever is on screen. */
export const openRecordForm = (request: FormRequest) => change([...stack, { type: 'form', ...request, key: ++counter }]);
/** Asks for the input of an action, or confirms it, and runs it. */
export const openAction = (request: ActionRequest) => change([...stack, { type: 'action', ...request, key: ++counter }]);
/** Asks what an export is for and applies for leave. */
export const openLeave = (request: LeaveRequest) => change([...stack, { type: 'leave', ...request, key: ++counter }]);
export const closeOpened = (key: number) => change(stack.filter((o) => o.key !== key));
export const useOpened = () =>
  useSyncExternalStore(
    (fn) => {
      listeners.add(fn);
      return () => listeners.delete(fn);
    },
    () => stack,
  );
