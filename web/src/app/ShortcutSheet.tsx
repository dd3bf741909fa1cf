import { t, type Key } from '@/i18n/t';
import { Dialog } from '@/ui/Overlay';

const KEYS: [string[], Key][] = [
  [['Ctrl', 'K'], 'keys.palette'],
  [['/'], 'keys.search'],
  [['n'], 'keys.new'],
  [['g', 'h'], 'keys.home'],
  [['↑', '↓', '←', '→'], 'keys.cells'],
  [['F2'], 'keys.cell'],
  [['Enter'], 'keys.open'],
  [['Space'], 'keys.select'],
  [['e'], 'keys.edit'],
  [['Ctrl', 'Enter'], 'keys.save'],
  [['Alt', '1…9'], 'keys.nth'],
  [['?'], 'keys.help'],
];
export default function ShortcutSheet({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open title={t('keys.title')} onClose={onClose} width={420}>
      <dl className="keys">
        {KEYS.map(([keys, label]) => (
          <div key={label}>
            <dt>
              {keys.map((k) => (
                <kbd key={k}>{k}</kbd>
              ))}
            </dt>
            <dd>{t(label)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
