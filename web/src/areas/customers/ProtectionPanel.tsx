import Button from 'antd/es/button';
import { queryClient, recordWritten, useEntity, useMe } from '@/api/hooks';
import { FieldValue } from '@/fields/FieldValue';
import { formatInstant } from '@/i18n/format';
import { customer as dict } from '@/i18n/dict/customer';
import { translator } from '@/i18n/t';
import { fieldOf } from '@/metadata/fields';
import { offersOn } from '@/metadata/rights';
import { Icon } from '@/ui/Icon';
import { Pill } from '@/ui/Pill';
import { openAction } from '@/views/form/openForm';
import type { RecordPanelProps } from '..';
import { refOf } from '../shared/queries';
import { useQuiet } from '../shared/quiet';
import { ContactStats } from './ContactStats';
import './customers.css';

const tx = translator(dict);
type Text = keyof typeof dict.zh;
const COLORS: Record<string, string> = { protected: 'blue', pool: 'amber', exempt: 'green', invalid: 'grey', unowned: 'amber' };
/** What can be done about it, in the order of the card. */
const ACTIONS = ['claim', 'apply-for-intent', 'mark-won', 'apply-for-extension', 'release', 'mark-valid'];
/** What is not worth a word once it has happened. */
const PAST = ['apply-for-intent', 'mark-won'];

/** Whose it is, for how long, why, and what may be done about it (POL-20). */
export default function ProtectionPanel({ record, entity: name, reload }: RecordPanelProps) {
  const entity = useEntity(name)!;
  const applications = useEntity('applications');
  const me = useMe();
  const path = `/${name}/${record.id}/protection`;
  const answer = useQuiet(path, [record.version], !record.deleted_at);
  if (record.deleted_at) return null;
  const a = answer.data;
  const left = a?.days_left === undefined ? null : Number(a.days_left);
  const verdict = record.verdict ? fieldOf(entity, 'verdict') : undefined;
  const pending = refOf(record.application);
  const withdraw = applications?.actions.find((x) => x.name === 'withdraw');
  const done = () => {
    void queryClient.invalidateQueries({ queryKey: ['quiet'] });
    recordWritten(name, null, record.id);
    reload();
  };
  const offers = offersOn(entity, record, me.user.id);
  // Intent that was reached is not applied for again; what may be possible tomorrow stays in sight with its reason.
  const actions = ACTIONS.flatMap((x) => offers.filter((o) => o.action.name === x && !(o.whyNot && PAST.includes(x))));
  const figure = (key: 'day' | 'held', n: string | undefined, limit: string | undefined) =>
    n === undefined ? null : limit && limit !== '0' ? tx(`claims.${key}`, { n, limit }) : tx(`claims.${key}.free`, { n });
  const tone = left === null ? '' : left <= 3 ? ' is-urgent' : left <= 7 ? ' is-soon' : '';
  return (
    <section className={`panel protection${tone}`} aria-label={tx('protection')}>
      <div className="protection-main">
        <div className="row-wrap">
          <Icon name="pool" size={18} />
          {a && <Pill color={COLORS[a.state] ?? 'grey'}>{tx(`state.${a.state}` as Text)}</Pill>}
          {left !== null && a?.state === 'protected' && (
            <strong className="protection-left num">{left === 0 ? tx('left.today') : tx('left', { n: left })}</strong>
          )}
          {a?.until && <span className="muted num">{tx('until', { at: formatInstant(a.until) })}</span>}
          {pending && <Pill color="violet">{tx('waits')}</Pill>}
          {verdict && <FieldValue field={verdict} record={record} />}
        </div>
        <p className="protection-why">
          {a?.because}
        </p>
        {actions.map(
          ({ action, whyNot }) =>
            whyNot && (
              <p key={action.name} id={`why-${action.name}`} className="muted small">
                {tx('why_not', { action: action.label, why: whyNot })}
              </p>
            ),
        )}
        <p className="muted small row-wrap">
          {a?.state === 'pool' && <span>{figure('day', a.claimed_today, a.claim_limit)}</span>}
          {a?.state === 'pool' && <span>{figure('held', a.held, a.held_limit)}</span>}
          {a?.state === 'protected' && Number(a.extensions) > 0 && (
            <span>{tx('extensions', { n: a.extensions, limit: a.extension_limit })}</span>
          )}
        </p>
      </div>
      <div className="row-wrap protection-actions">
        {actions.map(({ action, whyNot }) => (
          <Button
            key={action.name}
            type={action.name === 'claim' && !whyNot ? 'primary' : 'default'}
            danger={action.danger}
            disabled={Boolean(whyNot)}
            title={whyNot ?? undefined}
            aria-describedby={whyNot ? `why-${action.name}` : undefined}
            onClick={() => openAction({ entity: name, action, record, onDone: done })}
          >
            {action.label}
          </Button>
        ))}
        {pending && withdraw && refOf(record.owner)?.id === me.user.id && (
          <Button
            onClick={() => openAction({ entity: 'applications', action: withdraw, record: { id: pending.id, version: 0 }, onDone: done })}
          >
            {tx('withdraw')}
          </Button>
        )}
      </div>
      <ContactStats record={record} entity={entity} name={name} />
    </section>
  );
}
