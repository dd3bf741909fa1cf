import Button from 'antd/es/button';
import Input from 'antd/es/input';
import { useRef } from 'react';
import { t } from '@/i18n/t';
import { toast } from '@/ui/feedback';

/** A text to hand on, with a button that copies it; it can also be marked and copied by hand. */
export function CopyLine({ text, label }: { text: string; label: string }) {
  const box = useRef<HTMLDivElement>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Outside https there is no clipboard object; the old way still works.
      box.current?.querySelector('input')?.select();
      document.execCommand('copy');
    }
    toast.success(t('copied'));
  };
  return (
    <div className="copy-line" ref={box}>
      <Input readOnly value={text} aria-label={label} onFocus={(e) => e.target.select()} />
      <Button type="primary" onClick={() => void copy()}>
        {t('copy')}
      </Button>
    </div>
  );
}
