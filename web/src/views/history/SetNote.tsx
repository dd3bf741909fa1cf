import type { ChangeSet } from '@/api/types';
import { t } from '@/i18n/t';
import { Pill } from '@/ui/Pill';
import { kindName } from './names';

/** Kinds that the rest of a line does not say. */
const TOLD = new Set(['merge', 'bulk', 'import']);
export type Noted = Pick<ChangeSet, 'kind' | 'undone_by' | 'undo_of'>;

const tellsKind = (set: Noted) => Boolean(set.kind && TOLD.has(set.kind));
export const isNoted = (set: Noted) => tellsKind(set) || Boolean(set.undone_by || set.undo_of);

/** What a change set was where that has to be said, and whether it still stands. */
export const SetNote = ({ set }: { set: Noted }) => (
  <>
    {tellsKind(set) && <Pill color="blue">{kindName(set.kind!)}</Pill>} {set.undone_by && <Pill color="grey">{t('changes.undone')}</Pill>}{' '}
    {set.undo_of && <Pill color="violet">{t('changes.is_undo')}</Pill>}
  </>
);
