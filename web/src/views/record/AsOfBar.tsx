import { useEffect, useState } from 'react';
import Button from 'antd/es/button';
import type { Rec } from '@/api/types';
import { DateTimeInput } from '@/fields/dates';
import { formatInstant } from '@/i18n/format';
import { t } from '@/i18n/t';

const STEPS = 200;

/** A slider from the making of the record to now, and a picker for the exact minute. */
export default function AsOfBar({ record, value, onChange }: { record: Rec; value: string | null; onChange: (at: string | null) => void }) {
  const [now] = useState(() => Date.now());
  const from = new Date(String(record.created_at ?? '')).getTime() || now - 365 * 86_400_000;
  const span = Math.max(now - from, 60_000);
  const position = (at: string | null) => (at ? Math.round(((new Date(at).getTime() - from) / span) * STEPS) : STEPS);
  const [slide, setSlide] = useState(position(value));
  useEffect(() => {
    setSlide(value ? Math.round(((new Date(value).getTime() - from) / span) * STEPS) : STEPS);
  }, [value, from, span]);
  useEffect(() => {
    const timer = window.setTimeout(() => {
      if (slide === (value ? Math.round(((new Date(value).getTime() - from) / span) * STEPS) : STEPS)) return;
      onChange(slide >= STEPS ? null : new Date(from + (span * slide) / STEPS).toISOString());
    }, 200);
    return () => window.clearTimeout(timer);
  }, [slide, value, from, span, onChange]);
  const shown = slide >= STEPS ? null : new Date(from + (span * slide) / STEPS).toISOString();
  return (
    <section className="panel as-of" aria-label={t('record.as_of')}>
      <span className="muted num">{formatInstant(new Date(from).toISOString(), 'date')}</span>
      <input
        type="range"
        min={0}
        max={STEPS}
        value={slide}
        aria-label={t('record.as_of')}
        aria-valuetext={shown ? formatInstant(shown) : t('record.now')}
        onChange={(e) => setSlide(Number(e.target.value))}
      />
      <span className="muted">{t('record.today')}</span>
      <span className="as-of-pick">
        <DateTimeInput
          id="as-of"
          label={t('record.as_of')}
          field={{ name: 'as_of', label: t('record.as_of'), kind: 'datetime', access: 'write' }}
          value={value}
          onChange={(v) => onChange((v as string | null) ?? null)}
        />
      </span>
      <strong aria-live="polite">{value ? t('record.stood', { at: formatInstant(value) }) : t('record.now_shown')}</strong>
      {value && (
        <Button size="small" onClick={() => onChange(null)}>
          {t('record.now')}
        </Button>
      )}
    </section>
  );
}
