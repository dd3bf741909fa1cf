import { Outlet, useLocation } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { onJob, startEvents } from '@/api/events';
import { useMe } from '@/api/hooks';
import { setLang } from '@/i18n/lang';
import { t } from '@/i18n/t';
import { setTheme, type ThemeChoice } from '@/theme/theme';
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

/** Settings follow the account to another browser unless this one has its own. */
function usePreferences() {
  const { preferences } = useMe();
  useEffect(() => {
    try {
      if (preferences.theme && !localStorage.getItem('guanxi.theme')) setTheme(preferences.theme as ThemeChoice);
      if ((preferences.language === 'en' || preferences.language === 'zh-CN') && !localStorage.getItem('guanxi.lang'))
        setLang(preferences.language);
    } catch {
      /* private mode */
    }
  }, [preferences]);
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
