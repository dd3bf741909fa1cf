import { useState } from 'react';
import { t } from '@/i18n/t';
import { Icon } from '@/ui/Icon';

export function UploadArea({ onFile }: { onFile: (file: File) => void }) {
  const [over, setOver] = useState(false);
  return (
    <label
      className={`upload-area${over ? ' is-over' : ''}`}
      onDragOver={(e) => {
        e.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(e) => {
        e.preventDefault();
        setOver(false);
        if (e.dataTransfer.files[0]) onFile(e.dataTransfer.files[0]);
      }}
    >
      <Icon name="import" size={32} />
      <strong>{t('import.drop')}</strong>
      <span className="muted">{t('import.drop.help')}</span>
      <input
        type="file"
        className="sr-only"
        accept=".csv,.txt,.tsv,.xlsx"
        onChange={(e) => {
          if (e.target.files?.[0]) onFile(e.target.files[0]);
        }}
      />
    </label>
  );
}
