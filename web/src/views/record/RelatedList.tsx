import Button from 'antd/es/button';
import { useCallback, useMemo, useState } from 'react';
import { useMeta } from '@/api/hooks';
import type { Entity, Rec, Related } from '@/api/types';
import { t } from '@/i18n/t';
import { can, defaultColumns, fieldOf, titleOf } from '@/metadata/fields';
import { openRecordForm } from '../form/openForm';
import { EntityTable } from '../list/EntityTable';

/** Records of another entity that point here. */
export default function RelatedList({ related, parent, parentEntity }: { related: Related; parent: Rec; parentEntity: Entity }) {
  const meta = useMeta();
  const entity = meta.entities[related.entity];
  const [count, setCount] = useState<string>('');
  const filter = useMemo(() => ({ [related.field]: parent.id }), [related.field, parent.id]);
  const columns = useMemo(() => defaultColumns(entity).filter((c) => c !== related.field), [entity, related.field]);
  const onLoaded = useCallback((n: number, more: boolean) => setCount(`${n}${more ? '+' : ''}`), []);
  const through = fieldOf(entity, related.field);
  const link = { id: parent.id, title: titleOf(parentEntity, parent) };
  const value =
    through?.kind === 'any_reference'
      ? { entity: Object.keys(meta.entities).find((n) => meta.entities[n] === parentEntity) ?? '', ...link }
      : link;
  return (
    <div className="related">
      <div className="row related-bar">
        <span className="muted">{t('list.total', { n: count })}</span>
        <span className="grow" />
        {can(entity, 'create') && (
          <Button
            size="small"
            onClick={() => openRecordForm({ entity: related.entity, defaults: { [related.field]: value }, onSaved: () => {} })}
          >
            {t('create.named', { name: entity.label })}
          </Button>
        )}
      </div>
      <EntityTable entityName={related.entity} filter={filter} columns={columns} height={420} onLoaded={onLoaded} />
    </div>
  );
}
