import { formatInstant } from '@/i18n/format';

const DAY = 86_400_000;
/** Days since the epoch of the company's calendar day on which an instant falls. */
const dayNumber = (instant: string) => Math.round(Date.parse(`${formatInstant(instant, 'date')}T00:00:00Z`) / DAY);

/** Whole calendar days from today: -2 is the day before yesterday. */
export const daysFromToday = (instant: unknown): number | null =>
  typeof instant === 'string' && instant ? dayNumber(instant) - dayNumber(new Date().toISOString()) : null;

/** Days left of a period, counted up: the last hours still show one day. */
export const daysLeft = (until: unknown): number | null =>
  typeof until === 'string' && until ? Math.max(0, Math.ceil((Date.parse(until) - Date.now()) / DAY)) : null;

/** A day ahead at nine in the morning, as the company's clock has it. */
export function morningAhead(days: number): string {
  const wall = new Date(Date.parse(`${formatInstant(new Date(Date.now() + days * DAY).toISOString(), 'date')}T09:00:00Z`));
  const shown = Date.parse(`${formatInstant(wall.toISOString()).replace(' ', 'T')}:00Z`);
  return new Date(wall.getTime() - (shown - wall.getTime())).toISOString();
}

export const today = () => formatInstant(new Date().toISOString(), 'date');
export const isPast = (instant: unknown) => Date.parse(String(instant)) < Date.now();
