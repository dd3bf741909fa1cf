import { useMemo, useState, type KeyboardEvent } from 'react';
import { useMe, useMeta } from '@/api/hooks';
import { iconOf, listed, navPages } from '@/areas';
import { t } from '@/i18n/t';
import { can } from '@/metadata/fields';
import { setTheme } from '@/theme/theme';
import { Icon, type IconName } from '@/ui/Icon';
import { Dialog } from '@/ui/Overlay';
import { openRecordForm } from '@/views/form/openForm';
import { useSearch } from './GlobalSearch';
import { useGo } from './nav';
import { takeEarly } from './shortcuts';

interface Command {
  key: string;
  group: string;
  label: string;
  hint?: string;
  icon: IconName;
  run: () => void;
}

/** Made from here, though they have pages of their own. */
const PEOPLE = new Set(['users', 'departments', 'teams', 'roles']);

/** What is called exactly so comes first, then what begins so. */
function place(c: Command, text: string): number {
  const names = [c.label, c.hint ?? ''].map((name) => name.toLowerCase());
  return names.includes(text) ? 0 : names.some((n) => n.startsWith(text)) ? 1 : names.some((n) => n.includes(text)) ? 2 : 3;
}

/** The groups stay together; the one with the best answer leads. */
function ranked(commands: Command[], text: string): Command[] {
  const found = commands.map((c) => ({ c, at: place(c, text) })).filter(({ at }) => at < 3);
  const best = (group: string) => Math.min(...found.filter(({ c }) => c.group === group).map(({ at }) => at));
  const groups = [...new Set(found.map(({ c }) => c.group))].sort((a, b) => best(a) - best(b));
  return groups.flatMap((group) =>
    found
      .filter(({ c }) => c.group === group)
      .sort((a, b) => a.at - b.at)
      .map(({ c }) => c),
  );
}

export default function CommandPalette({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const [q, setQ] = useState(takeEarly);
  const [at, setAt] = useState(0);
  const meta = useMeta();
  const me = useMe();
  const go = useGo();
  const found = useSearch(q);
  const fixed = useMemo(() => {
    const names = meta.areas.flatMap((a) => a.entities).filter((e) => meta.entities[e]);
    const list: Command[] = [{ key: 'home', group: t('cmd.goto'), label: t('nav.home'), icon: 'home', run: () => go('/') }];
    // What has a page of its own comes with the pages; what only joins two records is no place to go.
    for (const e of listed(names, meta))
      list.push({
        key: `go-${e}`,
        group: t('cmd.goto'),
        label: meta.entities[e].plural,
        hint: e,
        icon: iconOf(e, meta.entities[e]),
        run: () => go(`/e/${e}`),
      });
    for (const p of navPages)
      if (!p.when || p.when(me, meta))
        list.push({ key: `page-${p.to}`, group: t('cmd.goto'), label: t(p.label), icon: p.icon, run: () => go(p.to) });
    for (const e of [...listed(names, meta), ...names.filter((n) => PEOPLE.has(n))])
      if (can(meta.entities[e], 'create'))
        list.push({
          key: `new-${e}`,
          group: t('cmd.create'),
          label: t('create.named', { name: meta.entities[e].label }),
          hint: `new ${e}`,
          icon: 'plus',
          run: () => (e === 'users' ? go('/admin/users/new') : openRecordForm({ entity: e })),
        });
    list.push(
      {
        key: 'dark',
        group: t('cmd.actions'),
        label: `${t('bar.theme')}: ${t('bar.theme.dark')}`,
        hint: 'dark',
        icon: 'moon',
        run: () => setTheme('dark'),
      },
      {
        key: 'light',
        group: t('cmd.actions'),
        label: `${t('bar.theme')}: ${t('bar.theme.light')}`,
        hint: 'light',
        icon: 'sun',
        run: () => setTheme('light'),
      },
      { key: 'help', group: t('cmd.actions'), label: t('bar.keys'), hint: 'keys', icon: 'columns', run: onHelp },
    );
    return list;
  }, [meta, me, go, onHelp]);
  const text = q.trim().toLowerCase();
  const records: Command[] = text
    ? (found.data?.items ?? [])
        .filter((h) => meta.entities[h.entity])
        .slice(0, 8)
        .map((h) => ({
          key: `${h.entity}/${h.id}`,
          group: t('cmd.records'),
          label: h.title,
          hint: h.subtitle ?? meta.entities[h.entity].label,
          icon: iconOf(h.entity, meta.entities[h.entity]),
          run: () => go(`/e/${h.entity}/${h.id}`),
        }))
    : [];
  const list = [
    ...(text ? ranked(fixed, text).slice(0, 8) : fixed.slice(0, 40)),
    ...records,
  ];
  const run = (c: Command | undefined) => {
    if (c) {
      onClose();
      c.run();
    }
  };
  const move = (to: number) => {
    const next = (to + list.length) % Math.max(list.length, 1);
    setAt(next);
    document.getElementById(`cmd-${next}`)?.scrollIntoView({ block: 'nearest' });
  };
  const keys = (e: KeyboardEvent) => {
    if (e.key === 'ArrowDown') move(at + 1);
    else if (e.key === 'ArrowUp') move(at - 1);
    else if (e.key === 'Enter' && !e.nativeEvent.isComposing) run(list[at]);
    else return;
    e.preventDefault();
  };
  return (
    <Dialog open title={<span className="sr-only">{t('keys.palette')}</span>} onClose={onClose} width={560}>
      <input
        className="palette-input"
        autoFocus
        value={q}
        placeholder={t('cmd.placeholder')}
        aria-label={t('cmd.placeholder')}
        role="combobox"
        aria-expanded="true"
        aria-controls="cmd-list"
        aria-activedescendant={`cmd-${at}`}
        onChange={(e) => {
          setQ(e.target.value);
          setAt(0);
        }}
        // The window takes a moment to give the focus away; what was typed meanwhile is not lost.
        onFocus={() => setQ((old) => old + takeEarly())}
        onKeyDown={keys}
      />
      <div className="palette-list" role="listbox" id="cmd-list" aria-label={t('cmd.actions')}>
        {list.map((c, i) => (
          <div key={c.key} role="presentation">
            {(i === 0 || list[i - 1].group !== c.group) && <div className="menu-heading">{c.group}</div>}
            {/* oxlint-disable-next-line click-events-have-key-events */}
            <div
              id={`cmd-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={i === at}
              className="search-hit"
              onPointerMove={() => setAt(i)}
              onClick={() => run(c)}
            >
              <Icon name={c.icon} />
              <span className="grow ellipsis">{c.label}</span>
              {c.group === t('cmd.records') && <span className="muted small ellipsis">{c.hint}</span>}
            </div>
          </div>
        ))}
        {list.length === 0 && <div className="menu-heading">{t('cmd.none')}</div>}
      </div>
    </Dialog>
  );
}
