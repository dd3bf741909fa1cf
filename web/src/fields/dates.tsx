import DatePicker from 'antd/es/date-picker';
import dayjs, { type Dayjs } from 'dayjs';
import timezone from 'dayjs/plugin/timezone';
import utc from 'dayjs/plugin/utc';
import type { KeyboardEvent } from 'react';
import { formatInstant, timeZone } from '@/i18n/format';
import type { InputProps } from './types';

dayjs.extend(utc);
dayjs.extend(timezone);
const WALL = 'YYYY-MM-DD HH:mm';

/** The picker works on wall-clock time; the company's time zone turns it into an instant and back. */
export const toWall = (instant: unknown): Dayjs | null =>
  typeof instant === 'string' && instant ? dayjs(formatInstant(instant), WALL) : null;
export const fromWall = (wall: Dayjs | null): string | null =>
  wall ? dayjs.tz(wall.format('YYYY-MM-DD HH:mm:ss'), timeZone()).utc().format('YYYY-MM-DDTHH:mm:ss.SSS[Z]') : null;

/** Enter takes what was typed; it does not send the form around it. */
const onKeyDown = (e: KeyboardEvent) => {
  if (e.key === 'Enter') e.preventDefault();
};

export const DateInput = (p: InputProps) => (
  <DatePicker
    id={p.id}
    className="full"
    disabled={p.disabled}
    autoFocus={p.autoFocus}
    status={p.invalid ? 'error' : undefined}
    aria-label={p.label}
    aria-describedby={p.describedBy}
    placeholder="YYYY-MM-DD"
    value={typeof p.value === 'string' && p.value ? dayjs(p.value) : null}
    onKeyDown={onKeyDown}
    onChange={(d) => p.onChange(d ? (d as Dayjs).format('YYYY-MM-DD') : null)}
  />
);
export const DateTimeInput = (p: InputProps) => (
  <DatePicker
    id={p.id}
    className="full"
    showTime={{ format: 'HH:mm', minuteStep: 5 }}
    format={WALL}
    disabled={p.disabled}
    autoFocus={p.autoFocus}
    status={p.invalid ? 'error' : undefined}
    aria-label={p.label}
    aria-describedby={p.describedBy}
    placeholder={WALL}
    value={toWall(p.value)}
    onKeyDown={onKeyDown}
    onChange={(d) => p.onChange(fromWall(d as Dayjs | null))}
  />
);
