import Button from 'antd/es/button';
import Input from 'antd/es/input';
import { t } from '@/i18n/t';
import { copyText } from './copy';

/** A text to hand on, with a button that copies it; it can also be marked and copied by hand. */
export function CopyLine({ text, label, small }: { text: string; label: string; small?: boolean }) {
  return (
    <div className="copy-line">
      <Input readOnly value={text} aria-label={label} onFocus={(e) => e.target.select()} />
      <Button type={small ? 'default' : 'primary'} onClick={() => void copyText(text)}>
        {t('copy')}
      </Button>
    </div>
  );
}
