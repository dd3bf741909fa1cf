import { useState } from 'react';
import { organisation as dict } from '@/i18n/dict/organisation';
import { t, translator } from '@/i18n/t';
import { Dialog } from '@/ui/Overlay';
import { flat, within, type Branch } from './tree';

const tx = translator(dict);

/** Chooses a place in a tree: the way to move things without a mouse. */
export function TreePicker({
  title,
  branches,
  without,
  top,
  onPick,
  onClose,
}: {
  title: string;
  branches: Branch[];
  /** Not below itself. */
  without?: Branch;
  top?: boolean;
  onPick: (id: string | null) => Promise<void>;
  onClose: () => void;
}) {
  const [at, setAt] = useState<string | null | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const rows = flat(branches).filter(({ branch }) => !without || !within(without, branch.id));
  const option = (id: string | null, name: string, depth: number) => (
    <label key={id ?? ''} className={`pick-row${at === id ? ' is-on' : ''}`} style={{ paddingLeft: 12 + depth * 18 }}>
      <input type="radio" name="tree-place" checked={at === id} onChange={() => setAt(id)} />
      {name}
    </label>
  );
  return (
    <Dialog
      open
      title={title}
      onClose={onClose}
      okText={t('ok')}
      okDisabled={at === undefined}
      busy={busy}
      onOk={() => {
        setBusy(true);
        void onPick(at ?? null).finally(() => setBusy(false));
      }}
    >
      <div className="pick-tree" role="radiogroup" aria-label={title}>
        {top && option(null, tx('tree.top'), 0)}
        {rows.map(({ branch, depth }) => option(branch.id, branch.name, depth))}
      </div>
    </Dialog>
  );
}
