import Button from 'antd/es/button';
import { useState } from 'react';
import { download } from '@/api/download';
import { useEntity, useMe } from '@/api/hooks';
import type { Rec } from '@/api/types';
import { formatInstant } from '@/i18n/format';
import { t } from '@/i18n/t';
import { toast } from '@/ui/feedback';
import { Icon } from '@/ui/Icon';
import { Panel } from '@/ui/parts';
import { RangeWords, type Range } from '@/views/list/RangeWords';
import { isPast } from '../shared/days';
import { refOf, textOf } from '../shared/queries';

function rangeOf(text: string): Range | null {
  try {
    return text ? (JSON.parse(text) as Range) : null;
  } catch {
    return null;
  }
}

/** What is asked for, in words for whoever decides; then the file, for whoever asked, while the leave is valid. */
export default function DownloadPanel({ record }: { record: Rec }) {
  const name = textOf(record.entity);
  const entity = useEntity(name);
  const range = rangeOf(textOf(record.range));
  return (
    <Panel title={t('export.range')}>
      {entity && range && <RangeWords entity={entity} range={range} />}
      <Fetch record={record} name={name} label={entity?.label ?? name} />
    </Panel>
  );
}

function Fetch({ record, name, label }: { record: Rec; name: string; label: string }) {
  const me = useMe();
  const [busy, setBusy] = useState(false);
  const until = textOf(record.valid_until);
  if (record.state !== 'approved' || refOf(record.applicant)?.id !== me.user.id) return null;
  if (isPast(until)) return <p className="note">{t('export.over')}</p>;
  const fetchAs = async (format: 'csv' | 'xlsx') => {
    setBusy(true);
    try {
      await download(`/${name}/export`, { format, approval: record.id }, `${label}.${format}`);
    } catch (e) {
      toast.error(e);
    }
    setBusy(false);
  };
  return (
    <p className="note row">
      <span className="grow">{t('export.ready', { until: formatInstant(until) })}</span>
      {(['xlsx', 'csv'] as const).map((format) => (
        <Button key={format} loading={busy} icon={<Icon name="export" size={15} />} onClick={() => void fetchAs(format)}>
          {t('export.fetch', { format: format.toUpperCase() })}
        </Button>
      ))}
    </p>
  );
}
