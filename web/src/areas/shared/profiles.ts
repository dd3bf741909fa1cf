import { useMemo } from 'react';
import type { Entity, Rec } from '@/api/types';
import { textOf, useAll } from './queries';

/** Names of fields as they are kept: text with commas. */
export const splitNames = (value: unknown): string[] =>
  textOf(value)
    .split(/[,\uFF0C\u3001]/)
    .map((x) => x.trim())
    .filter(Boolean);

/** What the conditions of a set of compulsory fields look at. */
export const CONDITIONS = { kinds: 'kind', lifecycles: 'lifecycle', classes: 'customer_class' };
const ASKED = { filter: { enabled: true }, fields: ['entity', ...Object.keys(CONDITIONS), 'except_classes', 'required_fields'] };

type Values = Record<string, unknown>;

/** The sets of compulsory fields in force for an entity. */
export function useProfiles(entity: Entity): Rec[] {
  const all = useAll('field-profiles', ASKED).data;
  return useMemo(() => all?.filter((profile) => profile.entity === entity.name) ?? [], [all, entity.name]);
}

/** The fields that must be filled in by what a form holds now. */
export function compulsory(profiles: Rec[], entity: Entity, values: Values): Set<string> {
  const valueOf = (name: string) => values[name] ?? entity.fields.find((f) => f.name === name)?.default ?? '';
  const applies = (profile: Rec) =>
    Object.entries(CONDITIONS).every(([condition, name]) => {
      const codes = profile[condition];
      return !Array.isArray(codes) || !codes.length || codes.includes(valueOf(name));
    });
  // What an entity has not is looked at on the record it follows, by the server alone.
  const excepted = (profile: Rec) => {
    const codes = profile.except_classes;
    const known = entity.fields.some((f) => f.name === CONDITIONS.classes);
    return Array.isArray(codes) && codes.length > 0 && (!known || codes.includes(valueOf(CONDITIONS.classes)));
  };
  return new Set(profiles.filter((profile) => applies(profile) && !excepted(profile)).flatMap((profile) => splitNames(profile.required_fields)));
}

/** Whether the server lets an old gap stand: nothing moved the record under another set. */
export const oldGap = (name: string, from: Values | undefined, now: Values): boolean =>
  Boolean(from) && isEmpty(from![name]) && Object.values(CONDITIONS).every((field) => (from![field] ?? null) === (now[field] ?? null));
const isEmpty = (value: unknown) => value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length);
