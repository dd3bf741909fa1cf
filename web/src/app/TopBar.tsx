import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { patch, request } from '@/api/client';
import { fetchMe, queryClient, savePreferences, useMe, useMeta } from '@/api/hooks';
import { iconOf, quickCreate } from '@/areas';
import { setLang, useLang, type Lang } from '@/i18n/lang';
import { t } from '@/i18n/t';
import { can } from '@/metadata/fields';
import { setTheme, useThemeChoice, type ThemeChoice } from '@/theme/theme';
import { toast } from '@/ui/feedback';
import { Icon } from '@/ui/Icon';
import { Menu, type MenuEntry } from '@/ui/Menu';
import { openRecordForm } from '@/views/form/openForm';
import { GlobalSearch } from './GlobalSearch';
import { initials } from './initials';
import { useGo } from './nav';

const PasswordDialog = lazy(() => import('@/features/session/PasswordDialog'));

export function TopBar({ onPalette, onHelp }: { onPalette: () => void; onHelp: () => void }) {
  const me = useMe();
  const meta = useMeta();
  const lang = useLang();
  const theme = useThemeChoice();
  const go = useGo();
  const [password, setPassword] = useState(false);
  const first = quickCreate.find((e) => can(meta.entities[e], 'create'));
  const creatable = meta.areas.flatMap((a) => a.entities).filter((e) => can(meta.entities[e], 'create') && e !== first);

  const switchRole = async (role: string | null) => {
    try {
      await patch('/me', { role });
      queryClient.setQueryData(['me'], await fetchMe());
      await queryClient.invalidateQueries();
    } catch (e) {
      toast.error(e);
    }
  };
  const signOut = async () => {
    try {
      await request('DELETE', '/session', { anonymous: true });
    } catch {
      /* the session is gone either way */
    }
    queryClient.clear();
    location.assign('/login');
  };
  const active = me.roles.filter((r) => r.active);
  const union = me.roles.length > 1 && active.length !== 1;
  const themes: ThemeChoice[] = ['system', 'light', 'dark'];
  const userItems: MenuEntry[] = [
    { heading: String(me.user.name ?? '') },
    { key: 'settings', label: t('nav.settings'), icon: <Icon name="settings" />, onClick: () => go('/settings') },
    { key: 'password', label: t('bar.password'), icon: <Icon name="key" />, onClick: () => setPassword(true) },
    { key: 'keys', label: t('bar.keys'), icon: <Icon name="columns" />, onClick: onHelp },
    'line',
    { key: 'out', label: t('bar.logout'), icon: <Icon name="right" />, onClick: () => void signOut() },
  ];
  const roleItems: MenuEntry[] = [
    { key: '', label: t('bar.role.all'), checked: union, onClick: () => void switchRole(null) },
    ...me.roles.map((r) => ({ key: r.id, label: r.title, checked: !union && r.active, onClick: () => void switchRole(r.id) })),
  ];
  return (
    <header className="top-bar">
      <Link to="/" className="brand" aria-label={t('app.name')}>
        <img src="/favicon.svg" alt="" width="26" height="26" />
        <strong>{t('app.name')}</strong>
      </Link>
      {first && (
        <button
          type="button"
          className="quick-create"
          aria-label={t('create.named', { name: meta.entities[first].label })}
          onClick={() => openRecordForm({ entity: first })}
        >
          <Icon name="plus" />
          <span>{t('create.named', { name: meta.entities[first].label })}</span>
        </button>
      )}
      {creatable.length > 0 && (
        <Menu
          label={t('bar.new')}
          align="left"
          className={first ? 'icon-button quick-more' : 'quick-create'}
          button={
            first ? (
              <Icon name="down" />
            ) : (
              <>
                <Icon name="plus" />
                <span>{t('create')}</span>
              </>
            )
          }
          items={creatable.map((e) => ({
            key: e,
            label: t('create.named', { name: meta.entities[e].label }),
            icon: <Icon name={iconOf(e, meta.entities[e])} />,
            onClick: () => openRecordForm({ entity: e }),
          }))}
        />
      )}
      <GlobalSearch />
      <button
        type="button"
        className="icon-button wide-only"
        onClick={onPalette}
        title={t('keys.palette')}
        aria-label={`${t('keys.palette')} Ctrl K`}
      >
        <kbd>Ctrl K</kbd>
      </button>
      <span className="grow" />
      {me.roles.length > 1 && (
        <Menu
          label={`${t('bar.role')}: ${union ? t('bar.role.all') : (active[0]?.title ?? '')}`}
          className="icon-button role-button wide-only"
          button={
            <>
              <span>{union ? t('bar.role.all') : active[0]?.title}</span>
              <Icon name="down" size={13} />
            </>
          }
          items={roleItems}
        />
      )}
      {meta.entities.notifications && (
        <Link
          to={'/notices' as '/'}
          className="icon-button bell"
          aria-label={`${t('bar.notices')} ${me.unread_notifications || ''}`}
        >
          <Icon name="bell" size={18} />
          {me.unread_notifications > 0 && (
            <span className="bell-count">{me.unread_notifications > 99 ? '99+' : me.unread_notifications}</span>
          )}
        </Link>
      )}
      <span className="wide-only row bar-group">
        <Menu
          label={t('bar.theme')}
          button={<Icon name="sun" size={18} />}
          items={themes.map((c) => ({
            key: c,
            label: t(`bar.theme.${c}`),
            checked: theme === c,
            onClick: () => {
              setTheme(c);
              void savePreferences({ theme: c });
            },
          }))}
        />
        <Menu
          label={t('bar.lang')}
          button={<Icon name="globe" size={18} />}
          items={(
            [
              ['zh-CN', '中文'],
              ['en', 'English'],
            ] as [Lang, string][]
          ).map(([code, label]) => ({
            key: code,
            label,
            checked: lang === code,
            onClick: () => {
              void savePreferences({ language: code });
              changeLanguage(code);
            },
          }))}
        />
      </span>
      <Menu
        label={`${t('bar.user')}: ${String(me.user.name ?? '')}`}
        className="icon-button user-button"
        button={
          <>
            <span className="avatar" data-initials={initials(String(me.user.name ?? ''))} />
            <span className="wide-only">{String(me.user.name ?? '')}</span>
          </>
        }
        items={[...userItems.slice(0, 4), ...narrowItems(), ...userItems.slice(4)]}
      />
      {password && (
        <Suspense fallback={null}>
          <PasswordDialog onClose={() => setPassword(false)} />
        </Suspense>
      )}
    </header>
  );

  /** What has no room in the bar of a phone. */
  function narrowItems(): MenuEntry[] {
    if (window.innerWidth > 700) return [];
    return [
      ...(me.roles.length > 1 ? [{ heading: t('bar.role') } as MenuEntry, ...roleItems] : []),
      { heading: t('bar.theme') },
      ...themes.map((c) => ({
        key: c,
        label: t(`bar.theme.${c}`),
        checked: theme === c,
        onClick: () => {
          setTheme(c);
          void savePreferences({ theme: c });
        },
      })),
      { heading: t('bar.lang') },
      { key: 'zh', label: '中文', checked: lang === 'zh-CN', onClick: () => changeLanguage('zh-CN') },
      { key: 'en', label: 'English', checked: lang === 'en', onClick: () => changeLanguage('en') },
    ];
  }
}

/** Labels come from the server in the reader's language, so everything read so far is read again. */
function changeLanguage(code: Lang) {
  setLang(code);
  void queryClient.invalidateQueries();
}
