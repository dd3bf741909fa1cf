import { useEffect, useRef, useState } from 'react';
import { t } from '@/i18n/t';
import { Icon } from '@/ui/Icon';
import { useDebounced } from '@/ui/useDebounced';
import './list.css';

export function QuickSearch({ value, onChange, label }: { value: string; onChange: (q: string) => void; label?: string }) {
  const [text, setText] = useState(value);
  const settled = useDebounced(text, 300);
  const sent = useRef(value);
  useEffect(() => {
    if (settled !== sent.current) {
      sent.current = settled;
      onChange(settled);
    }
  }, [settled, onChange]);
  useEffect(() => {
    if (value !== sent.current) {
      sent.current = value;
      setText(value);
    }
  }, [value]);
  return (
    <span className="quick-search">
      <Icon name="search" size={14} />
      <input
        type="text"
        value={text}
        placeholder={label ?? t('list.search')}
        aria-label={label ?? t('list.search')}
        onChange={(e) => setText(e.target.value)}
        autoComplete="off"
      />
      {text && (
        <button type="button" className="plain" aria-label={t('clear')} onClick={() => setText('')}>
          <Icon name="close" size={13} />
        </button>
      )}
    </span>
  );
}
