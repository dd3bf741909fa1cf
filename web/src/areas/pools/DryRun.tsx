import { formatInstant } from '@/i18n/format';
import { pools as dict } from '@/i18n/dict/pools';
import { translator } from '@/i18n/t';
import { Dialog } from '@/ui/Overlay';
import { RecordLink } from '@/ui/RecordLink';
import type { Answer } from '../shared/quiet';

const tx = translator(dict);

/** Who would fall back under the changed rules, before they are saved. */
export function DryRun({
  answer,
  returns,
  onSave,
  onClose,
  busy,
}: {
  answer: Answer;
  returns: boolean;
  onSave?: () => void;
  onClose: () => void;
  busy: boolean;
}) {
  const items = answer.items ?? [];
  const moves = Number(answer.moves);
  const warned = Number(answer.warned);
  return (
    <Dialog
      open
      title={tx('dry.title')}
      width={760}
      onClose={onClose}
      onOk={onSave ?? onClose}
      okText={onSave ? tx(moves ? 'dry.save' : 'save') : tx('dry.close')}
      danger={Boolean(onSave && moves && returns)}
      busy={busy}
      tells={!onSave}
    >
      <div className="stack">
        {moves > 0 && <p className="note note-red">{tx('dry.moves', { n: moves })}</p>}
        {warned > 0 && <p className="note note-amber">{tx('dry.warned', { n: warned })}</p>}
        {moves + warned === 0 && <p className="note note-green">{tx('dry.nothing')}</p>}
        {!returns && <p className="muted">{tx('dry.paused')}</p>}
        {items.length > 0 && (
          <div className="table-scroll dry-list">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">{tx('dry.customer')}</th>
                  <th scope="col">{tx('dry.owner')}</th>
                  <th scope="col">{tx('dry.now')}</th>
                  <th scope="col">{tx('dry.then')}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((i) => (
                  <tr key={i.id}>
                    <td>
                      <RecordLink entity="customers" id={i.id}>
                        {i.title}
                      </RecordLink>
                    </td>
                    <td>{i.owner}</td>
                    <td className="num">{formatInstant(i.until_now, 'date') || '—'}</td>
                    <td className="num">{formatInstant(i.until_then, 'date')}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        {items.length > 0 && items.length < moves + warned && <p className="muted small">{tx('dry.more', { n: items.length })}</p>}
      </div>
    </Dialog>
  );
}
