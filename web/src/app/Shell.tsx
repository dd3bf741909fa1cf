import { Outlet, useLocation } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { onJob, startEvents } from '@/api/events';
import { useMe } from '@/api/hooks';
import { setLang } from '@/i18n/lang';
import { t } from '@/i18n/t';
import { setDensity, setTheme } from '@/theme/theme';
import { ErrorBoundary } from '@/ui/ErrorBoundary';
import { Loading } from '@/ui/parts';
import { FormHost } from '@/views/form/FormHost';
import { BottomNav, SideNav } from './SideNav';
import { useShortcuts } from './shortcuts';
import { TopBar } from './TopBar';
import './search.css';
import './shell.css';

const CommandPalette = lazy(() => import('./CommandPalette'));
const ShortcutSheet = lazy(() => import('./ShortcutSheet'));
const collapsedAtStart = () => {
  try {
    return localStorage.getItem('guanxi.nav') === 'small';
  } catch {
    return false;
  }
};

/** What this browser was left with is the settings of whoever used it last; somebody else gets their own. */
function usePreferences() {
  const { preferences, user } = useMe();
  useEffect(() => {
    try {
      if (localStorage.getItem('guanxi.of') === user.id) return;
      localStorage.setItem('guanxi.of', user.id);
    } catch {
      /* private mode: they hold for this page */
    }
    const chosen = <T extends string>(value: unknown, known: readonly T[]) => known.find((one) => one === value);
    setTheme(chosen(preferences.theme, ['system', 'light', 'dark']) ?? 'system');
    setDensity(chosen(preferences.density, ['default', 'comfortable', 'dense']) ?? 'default');
    const lang = chosen(preferences.language, ['zh-CN', 'en']);
    if (lang) setLang(lang);
    // Only when somebody else has come: what they change afterwards is set where they change it.
  }, [user.id, preferences]);
}

export default function Shell() {
  const [small, setSmall] = useState(collapsedAtStart);
  const [palette, setPalette] = useState(false);
  const [sheet, setSheet] = useState(false);
  const { pathname } = useLocation();
  usePreferences();
  useShortcuts({ palette: () => setPalette(true), help: () => setSheet(true), opening: palette || sheet });
  useEffect(startEvents, []);
  useEffect(
    () =>
      onJob((job) => {
        void import('./jobToast').then((m) => m.showJob(job));
      }),
    [],
  );
  const collapse = () => {
    setSmall(!small);
    try {
      localStorage.setItem('guanxi.nav', small ? 'wide' : 'small');
    } catch {
      /* private mode */
    }
  };
  return (
    <div className={`shell${small ? ' shell-small' : ''}`}>
      <a className="skip-link" href="#content">
        {t('nav.skip')}
      </a>
      <TopBar onPalette={() => setPalette(true)} onHelp={() => setSheet(true)} />
      <SideNav small={small} onCollapse={collapse} />
      <main id="content" className="content" tabIndex={-1}>
        <ErrorBoundary key={pathname}>
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </ErrorBoundary>
      </main>
      <BottomNav />
      <FormHost />
      <Suspense fallback={null}>
        {palette && <CommandPalette onClose={() => setPalette(false)} onHelp={() => setSheet(true)} />}
        {sheet && <ShortcutSheet onClose={() => setSheet(false)} />}
      </Suspense>
    </div>
  );
}
