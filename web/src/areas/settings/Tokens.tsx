import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import Input from 'antd/es/input';
import Select from 'antd/es/select';
import { useState } from 'react';
import { del, get, post } from '@/api/client';
import { queryClient, useMeta } from '@/api/hooks';
import type { Meta } from '@/api/types';
import { formatInstant, listOf } from '@/i18n/format';
import { settings } from '@/i18n/dict/settings';
import { t, translator } from '@/i18n/t';
import { confirm, errorText, toast } from '@/ui/feedback';
import { Dialog } from '@/ui/Overlay';
import { Failure, LabeledField, Panel } from '@/ui/parts';
import { CopyLine } from '@/ui/CopyLine';

const tx = translator(settings);

interface Token {
  id: string;
  name: string;
  scopes: string[];
  created_at: string;
  expires_at: string | null;
}

/** What a token may do, in words: `customers:read`. */
export function scopeName(meta: Meta, scope: string): string {
  const [entity, verb] = scope.split(':');
  if (entity === '*') return tx('me.tokens.scope.any_read');
  return tx(verb === 'write' ? 'me.tokens.scope.write' : 'me.tokens.scope.read', { entity: meta.entities[entity]?.label ?? entity });
}

function NewToken({ onClose }: { onClose: () => void }) {
  const meta = useMeta();
  const [name, setName] = useState('');
  const [days, setDays] = useState('365');
  const [scopes, setScopes] = useState<string[]>([]);
  const [made, setMade] = useState('');
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const save = async () => {
    if (!name.trim()) return setFailure(t('field.required', { label: tx('me.tokens.name') }));
    setBusy(true);
    try {
      const answer = await post<{ token: string }>('/tokens', { name: name.trim(), scopes, expires_days: Number(days) || 365 });
      setMade(answer.token);
      void queryClient.invalidateQueries({ queryKey: ['tokens'] });
    } catch (e) {
      setFailure(errorText(e));
    }
    setBusy(false);
  };
  if (made)
    return (
      <Dialog open title={tx('me.tokens.made')} onClose={onClose} onOk={onClose} okText={t('done')} tells>
        <div className="stack">
          <p className="note note-amber">{tx('me.tokens.once')}</p>
          <CopyLine text={made} label={tx('me.tokens.made')} />
        </div>
      </Dialog>
    );
  const options = ['*:read', ...Object.keys(meta.entities).flatMap((e) => [`${e}:read`, `${e}:write`])].map((value) => ({
    value,
    label: scopeName(meta, value),
  }));
  return (
    <Dialog open title={tx('me.tokens.new')} onClose={onClose} onOk={() => void save()} okText={t('create')} busy={busy}>
      <div className="stack">
        <Failure>{failure}</Failure>
        <LabeledField id="token-name" label={tx('me.tokens.name')} required>
          <Input id="token-name" autoFocus value={name} onChange={(e) => setName(e.target.value)} />
        </LabeledField>
        <LabeledField id="token-days" label={tx('me.tokens.days')}>
          <Input id="token-days" className="num" inputMode="numeric" value={days} onChange={(e) => setDays(e.target.value.replace(/\D/g, ''))} />
        </LabeledField>
        <LabeledField id="token-scope" label={tx('me.tokens.scope')}>
          <Select
            id="token-scope"
            className="full"
            mode="multiple"
            showSearch={{ optionFilterProp: 'label' }}
            placeholder={tx('me.tokens.scope.all')}
            value={scopes}
            options={options}
            onChange={setScopes}
          />
        </LabeledField>
      </div>
    </Dialog>
  );
}

/** Keys for programs that work as this person. */
export function Tokens() {
  const meta = useMeta();
  const [open, setOpen] = useState(false);
  const list = useQuery({ queryKey: ['tokens'], queryFn: async () => (await get<{ items: Token[] }>('/tokens')).items });
  const revoke = async (token: Token) => {
    if (!(await confirm({ title: tx('me.tokens.revoke.ask', { name: token.name }), okText: tx('me.tokens.revoke'), danger: true }))) return;
    try {
      await del(`/tokens/${token.id}`);
    } catch (e) {
      toast.error(e);
    }
    void queryClient.invalidateQueries({ queryKey: ['tokens'] });
  };
  return (
    <Panel
      title={tx('me.tokens')}
      extra={
        <Button size="small" onClick={() => setOpen(true)}>
          {tx('me.tokens.new')}
        </Button>
      }
    >
      <p className="muted dict-used">{tx('me.tokens.help')}</p>
      {list.data?.length === 0 && <p className="muted">{tx('me.tokens.none')}</p>}
      <ul className="member-list">
        {(list.data ?? []).map((token) => (
          <li key={token.id} className="row-wrap">
            <strong>{token.name}</strong>
            <span className="muted grow">{listOf(token.scopes.map((scope) => scopeName(meta, scope))) || tx('me.tokens.scope.all')}</span>
            {token.expires_at && <span className="muted num">{tx('me.tokens.until', { at: formatInstant(token.expires_at, 'date') })}</span>}
            <button type="button" className="link" onClick={() => void revoke(token)}>
              {tx('me.tokens.revoke')}
            </button>
          </li>
        ))}
      </ul>
      {open && <NewToken onClose={() => setOpen(false)} />}
    </Panel>
  );
}
