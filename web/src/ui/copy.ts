import { t } from '@/i18n/t';
import { toast } from './feedback';

/** Puts a text where it can be pasted, and says so. */
export async function copyText(text: string) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Outside https there is no clipboard object; the old way still works, within a dialog only inside it.
    const box = document.createElement('textarea');
    box.value = text;
    (document.querySelector('.ant-modal-body') ?? document.body).append(box);
    box.select();
    document.execCommand('copy');
    box.remove();
  }
  toast.success(t('copied'));
}
