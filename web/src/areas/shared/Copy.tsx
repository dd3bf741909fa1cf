import Button from 'antd/es/button';
import Input from 'antd/es/input';
import { t } from '@/i18n/t';
import { toast } from '@/ui/feedback';

/** Puts a text where it can be pasted, and says so. */
export async function copyText(text: string) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Outside https there is no clipboard object; the old way still works.
    const box = document.createElement('textarea');
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand('copy');
    box.remove();
  }
  toast.success(t('copied'));
}

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
