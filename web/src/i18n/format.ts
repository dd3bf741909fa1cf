import { cachedMe } from '@/api/hooks';
import { currentLang } from './lang';

const formats = new Map<string, Intl.DateTimeFormat>();
export const timeZone = () => cachedMe()?.organisation?.time_zone || 'Asia/Shanghai';
const companyCurrency = () => cachedMe()?.organisation?.currency || 'CNY';

function formatter(kind: 'date' | 'datetime' | 'time', zone: string): Intl.DateTimeFormat {
  const key = `${kind}|${zone}|${currentLang()}`;
  let f = formats.get(key);
  if (!f) {
    const day = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
    f = new Intl.DateTimeFormat(currentLang() === 'en' ? 'en-CA' : 'zh-CN', {
      ...(kind === 'time' ? time : kind === 'date' ? day : { ...day, ...time }),
      timeZone: zone,
    });
    formats.set(key, f);
  }
  return f;
}

/** `2026-05-12 16:00` in the company's time zone; the same order in both languages. */
export function formatInstant(value: unknown, kind: 'date' | 'datetime' = 'datetime'): string {
  if (typeof value !== 'string' || !value) return '';
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return value;
  const parts: Record<string, string> = {};
  for (const part of formatter(kind, timeZone()).formatToParts(date)) parts[part.type] = part.value;
  const day = `${parts.year}-${parts.month}-${parts.day}`;
  return kind === 'date' ? day : `${day} ${parts.hour}:${parts.minute}`;
}

/** Groups the digits of a decimal string without going through a float. */
export function groupDigits(value: string, decimals?: number | null): string {
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(value.trim());
  if (!match) return value;
  let fraction = match[3] ?? '';
  if (typeof decimals === 'number')
    fraction =
      fraction.length > decimals && /^0*$/.test(fraction.slice(decimals)) ? fraction.slice(0, decimals) : fraction.padEnd(decimals, '0');
  return match[1] + match[2].replace(/\B(?=(\d{3})+$)/g, ',') + (fraction ? `.${fraction}` : '');
}

const SYMBOLS: Record<string, string> = { CNY: '¥', USD: 'US$', EUR: '€', HKD: 'HK$', JPY: 'JP¥', GBP: '£', TWD: 'NT$' };
export const currencySymbol = (code?: string) => SYMBOLS[code || companyCurrency()] ?? `${code} `;

export function formatMoney(value: unknown, decimals: number | null = 2): string {
  if (value === null || value === undefined || value === '') return '';
  const money =
    typeof value === 'object' ? (value as { amount?: string; currency?: string }) : { amount: String(value), currency: undefined };
  if (money.amount === undefined || money.amount === null || money.amount === '') return '';
  const text = groupDigits(String(money.amount), decimals ?? 2);
  const symbol = currencySymbol(money.currency);
  return text.startsWith('-') ? `-${symbol}${text.slice(1)}` : symbol + text;
}

/** "3 分钟前" up to a week, then the date. */
export function formatAgo(value: string, now = Date.now()): string {
  const seconds = (new Date(value).getTime() - now) / 1000;
  const relative = new Intl.RelativeTimeFormat(currentLang(), { numeric: 'auto' });
  const size = Math.abs(seconds);
  if (size < 60) return relative.format(0, 'minute');
  if (size < 3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (size < 86400) return relative.format(Math.round(seconds / 3600), 'hour');
  if (size < 7 * 86400) return relative.format(Math.round(seconds / 86400), 'day');
  return formatInstant(value, 'date');
}

/** Words one after the other, as the language separates them. */
export const listOf = (words: string[]) => words.join(currentLang() === 'en' ? ', ' : '、');
