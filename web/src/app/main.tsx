import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import App from 'antd/es/app';
import ConfigProvider from 'antd/es/config-provider';
import enUS from 'antd/es/locale/en_US';
import zhCN from 'antd/es/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { StrictMode, useMemo } from 'react';
import { createRoot } from 'react-dom/client';
import { onUnauthorized } from '@/api/client';
import { meQuery, queryClient } from '@/api/hooks';
import { currentLang, useLang } from '@/i18n/lang';
import { antdTheme } from '@/theme/antdTheme';
import { applyTheme, useDark } from '@/theme/theme';
import { FeedbackBridge } from '@/ui/feedback';
import { useNarrow } from '@/ui/useMedia';
import { router } from './routes';
import '@/theme/tokens.css';
import '@/theme/base.css';
import '@/theme/fields.css';
import '@/ui/ui.css';
import '@/theme/print.css';

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce || undefined;

// Parts of antd (scroll lock, scroll bar measure) add style elements without the nonce they were given.
if (nonce) {
  const create = document.createElement.bind(document) as (tag: string, options?: ElementCreationOptions) => HTMLElement;
  document.createElement = ((tag: string, options?: ElementCreationOptions) => {
    const element = create(tag, options);
    if (tag === 'style') element.nonce = nonce;
    return element;
  }) as typeof document.createElement;
}

// A chunk of an older release is gone: load the new page once.
window.addEventListener('vite:preloadError', (event) => {
  const last = Number(sessionStorage.getItem('guanxi.reloaded') ?? 0);
  if (Date.now() - last < 60_000) return;
  event.preventDefault();
  sessionStorage.setItem('guanxi.reloaded', String(Date.now()));
  location.reload();
});

onUnauthorized(() => {
  if (location.pathname === '/login') return;
  const next = location.pathname + location.search;
  // Who was signed in a moment ago is told why that is over.
  const why = queryClient.getQueryData(meQuery.queryKey) ? { why: 'idle' } : {};
  void router.navigate({ to: '/login', search: (next === '/' ? why : { next, ...why }) as never });
});

/** Comes and goes at once: the library's own may stay behind, unseen, and be read out. */
const busyIcon = <i className="busy-icon" aria-hidden="true" />;

function Root() {
  const dark = useDark();
  const lang = useLang();
  const touch = useNarrow();
  const theme = useMemo(() => antdTheme(dark, touch), [dark, touch]);
  dayjs.locale(lang === 'en' ? 'en' : 'zh-cn');
  return (
    <ConfigProvider theme={theme} locale={lang === 'en' ? enUS : zhCN} csp={{ nonce }} button={{ autoInsertSpace: false, loadingIcon: busyIcon }}>
      <App component={false}>
        <FeedbackBridge />
        <RouterProvider router={router} key={lang} />
      </App>
    </ConfigProvider>
  );
}

applyTheme();
document.documentElement.lang = currentLang();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <Root />
    </QueryClientProvider>
  </StrictMode>,
);
