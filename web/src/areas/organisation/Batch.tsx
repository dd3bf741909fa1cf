import Button from 'antd/es/button';
import type { Rec } from '@/api/types';
import { organisation as dict } from '@/i18n/dict/organisation';
import { translator } from '@/i18n/t';
import { Panel } from '@/ui/parts';
import { RecordLink } from '@/ui/RecordLink';
import { RowTable } from '@/ui/RowTable';
import { copyText } from '@/ui/copy';
import { CopyLine } from '@/ui/CopyLine';
import { textOf } from '../shared/queries';
import { ask } from '../shared/quiet';

const tx = translator(dict);

/** An account just made, with the one-time link to its first password. */
export interface Made {
  id: string;
  name: string;
  login: string;
  link: string;
}
/** What is handed on to the owner of an account; without a link where none can be made. */
export async function madeOf(user: Rec): Promise<Made> {
  const answer = await ask(`/users/${user.id}/reset-password`).catch(() => null);
  const link = answer?.link ?? '';
  return { id: user.id, name: textOf(user.name), login: textOf(user.login), link: link.startsWith('/') ? location.origin + link : link };
}
/** The list as it is pasted into a table or a message. */
export const listText = (made: Made[]) => made.map((m) => [m.name, m.login, m.link].join('\t')).join('\n');

/** The accounts of a batch with their links, kept until the wizard is left (ORG-07). */
export function Batch({ made, onDone }: { made: Made[]; onDone?: () => void }) {
  return (
    <Panel
      title={tx('batch.title', { n: made.length })}
      extra={
        <Button size="small" onClick={() => void copyText(listText(made))}>
          {tx('batch.copy')}
        </Button>
      }
      className="batch"
    >
      <p className="muted small">{tx('batch.help')}</p>
      <RowTable
        rows={made}
        id={(m) => m.id}
        columns={[
          {
            title: tx('users.name'),
            cell: (m) => (
              <RecordLink entity="users" id={m.id}>
                {m.name}
              </RecordLink>
            ),
          },
          { title: tx('users.login'), cell: (m) => m.login },
          { title: tx('batch.link'), cell: (m) => (m.link ? <CopyLine small text={m.link} label={tx('batch.link.of', { name: m.name })} /> : tx('batch.none')) },
        ]}
      />
      {onDone && (
        <div className="form-actions">
          <Button type="primary" onClick={onDone}>
            {tx('batch.done')}
          </Button>
        </div>
      )}
    </Panel>
  );
}
