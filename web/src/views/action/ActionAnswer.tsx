import Button from 'antd/es/button';
import { t } from '@/i18n/t';
import { toast } from '@/ui/feedback';

async function copy(text: string) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Outside https there is no clipboard object; the old way still works.
    const area = document.createElement('textarea');
    area.value = text;
    (document.querySelector('.ant-modal-body') ?? document.body).append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  toast.success(t('copied'));
}

/** What an action answered beyond the record: a link to hand over, figures, a text. */
export function ActionAnswer({ result }: { result: Record<string, unknown> }) {
  return (
    <dl className="answer">
      {Object.entries(result).map(([name, value]) => {
        const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
        const full = name === 'link' && text.startsWith('/') ? location.origin + text : text;
        return (
          <div key={name}>
            <dt className="muted">{name}</dt>
            <dd>
              <code>{full}</code>{' '}
              {full.length > 12 && (
                <Button size="small" onClick={() => void copy(full)}>
                  {t('copy')}
                </Button>
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
