import { Link, useLocation } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useMe, useMeta } from '@/api/hooks';
import { iconOf, listed, navPages } from '@/areas';
import { t } from '@/i18n/t';
import { Icon, type IconName } from '@/ui/Icon';
import { SidePanel } from '@/ui/Overlay';

interface Entry {
  to: string;
  label: string;
  icon: IconName;
}
interface Section {
  name: string;
  label: string;
  entries: Entry[];
}

function useSections(): Section[] {
  const meta = useMeta();
  const me = useMe();
  const pages = navPages.filter((p) => !p.when || p.when(me, meta));
  const own = (area?: string): Entry[] => pages.filter((p) => p.area === area).map((p) => ({ to: p.to, label: t(p.label), icon: p.icon }));
  const areas = meta.areas.map((a) => ({
    name: a.name,
    label: a.label,
    entries: [
      ...listed(a.entities.filter((e) => meta.entities[e]), meta).map((e) => ({ to: `/e/${e}`, label: meta.entities[e].plural, icon: iconOf(e, meta.entities[e]) })),
      ...own(a.name),
    ],
  }));
  const known = new Set(meta.areas.map((a) => a.name));
  const strays = pages.filter((p) => p.area && !known.has(p.area)).map((p) => ({ to: p.to, label: t(p.label), icon: p.icon }));
  const tools: Entry[] = [
    ...own(undefined),
    ...strays,
  ];
  return [...areas.filter((a) => a.entries.length), { name: 'tools', label: t('nav.tools'), entries: tools }];
}

const Item = ({ entry, onClick }: { entry: Entry; onClick?: () => void }) => (
  <Link
    to={entry.to as '/'}
    className="nav-item"
    title={entry.label}
    onClick={onClick}
    activeOptions={{ exact: entry.to === '/', includeSearch: false }}
  >
    <Icon name={entry.icon} size={17} />
    <span>{entry.label}</span>
  </Link>
);

export function SideNav({ small, onCollapse }: { small: boolean; onCollapse: () => void }) {
  const sections = useSections();
  const { pathname } = useLocation();
  useEffect(() => {
    document.querySelector('.side-nav .nav-item.active')?.scrollIntoView({ block: 'nearest' });
  }, [pathname]);
  return (
    <nav className="side-nav" aria-label={t('nav.main')}>
      <div className="nav-scroll">
        <Item entry={{ to: '/', label: t('nav.home'), icon: 'home' }} />
        {sections.map((s) => (
          <section key={s.name}>
            <h2 className="nav-heading">{s.label}</h2>
            {s.entries.map((e) => (
              <Item key={e.to} entry={e} />
            ))}
          </section>
        ))}
      </div>
      <button
        type="button"
        className="nav-item nav-collapse"
        onClick={onCollapse}
        title={t(small ? 'nav.expand' : 'nav.collapse')}
        aria-label={t(small ? 'nav.expand' : 'nav.collapse')}
      >
        <Icon name={small ? 'right' : 'left'} size={17} />
        <span>{t('nav.collapse')}</span>
      </button>
    </nav>
  );
}

/** On a phone: home, the first three places of work, and everything else in a drawer. */
export function BottomNav() {
  const sections = useSections();
  const [open, setOpen] = useState(false);
  const first = sections.flatMap((s) => (s.name === 'tools' ? [] : s.entries)).slice(0, 3);
  return (
    <>
      <nav className="bottom-nav" aria-label={t('nav.main')}>
        <Item entry={{ to: '/', label: t('nav.home'), icon: 'home' }} />
        {first.map((e) => (
          <Item key={e.to} entry={e} />
        ))}
        <button type="button" className="nav-item" onClick={() => setOpen(true)}>
          <Icon name="menu" size={17} />
          <span>{t('nav.more')}</span>
        </button>
      </nav>
      <SidePanel open={open} side="left" width={280} title={t('app.name')} onClose={() => setOpen(false)}>
        <div className="nav-drawer">
          {sections.map((s) => (
            <section key={s.name}>
              <h2 className="nav-heading">{s.label}</h2>
              {s.entries.map((e) => (
                <Item key={e.to} entry={e} onClick={() => setOpen(false)} />
              ))}
            </section>
          ))}
        </div>
      </SidePanel>
    </>
  );
}
