import { t, zh, type Key } from '@/i18n/t';

/** What a change set was: an edit, a merge, an import … */
export const kindName = (kind: string) => (`changes.kind.${kind}` in zh ? t(`changes.kind.${kind}` as Key) : kind);

/** What other records hold has no pages of its own, but a name in the log. */
export const heldName = (entity: string) => (entity === 'attachments' ? t('record.files') : entity === 'files' ? t('changes.file') : entity);
