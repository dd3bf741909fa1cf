import { useState } from 'react';
import type { Entity, Filter } from '@/api/types';
import { t } from '@/i18n/t';
import { Dialog } from '@/ui/Overlay';
import { FilterBuilder } from '@/views/list/FilterBuilder';
import '@/views/list/list.css';
import { textOf } from '../shared/queries';

const read = (value: unknown): Filter | null => {
  try {
    return JSON.parse(textOf(value) || 'null') as Filter | null;
  } catch {
    return null;
  }
};

/** The filter of a grant whose scope is "by condition". */
export function GrantFilter({
  title,
  entity,
  filter,
  onSave,
  onClose,
}: {
  title: string;
  entity: Entity;
  filter: unknown;
  onSave: (f: Filter | null) => Promise<void>;
  onClose: () => void;
}) {
  const [value, setValue] = useState(() => read(filter));
  const [busy, setBusy] = useState(false);
  return (
    <Dialog
      open
      title={title}
      width={720}
      onClose={onClose}
      okText={t('save')}
      busy={busy}
      onOk={() => {
        setBusy(true);
        void onSave(value).finally(() => setBusy(false));
      }}
    >
      <FilterBuilder entity={entity} filter={value} onChange={setValue} />
    </Dialog>
  );
}
