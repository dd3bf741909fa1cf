import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Link,
  Outlet,
  redirect,
  type ErrorComponentProps,
} from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { ApiError } from '@/api/errors';
import { meQuery, metaQuery, queryClient } from '@/api/hooks';
import { areaPages } from '@/areas/pages';
import { t } from '@/i18n/t';
import { EmptyState, ErrorState, Loading } from '@/ui/parts';

type Module = () => Promise<{ default: ComponentType }>;
const NotFound = () => (
  <EmptyState icon="search" title={t('error.notfound')}>
    <Link to="/">{t('error.home')}</Link>
  </EmptyState>
);
const Failed = ({ error, reset }: ErrorComponentProps) => (
  <ErrorState
    error={error}
    retry={() => {
      reset();
      location.reload();
    }}
  />
);

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: Failed });

const bare = (path: string, load: Module) => createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load) });

/** Who is asking and what they may do are known before anything inside is drawn. */
const signedIn = async ({ location }: { location: { href: string } }) => {
  try {
    await Promise.all([queryClient.ensureQueryData(meQuery), queryClient.ensureQueryData(metaQuery())]);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'must_change_password') throw redirect({ to: '/new-password' as never });
    if (error instanceof ApiError && error.status === 401)
      throw redirect({ to: '/login', search: (location.href === '/' ? {} : { next: location.href }) as never });
    throw error;
  }
};
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: signedIn,
  component: lazyRouteComponent(() => import('./Shell')),
  pendingComponent: Loading,
});
const sheet = createRoute({ getParentRoute: () => root, id: 'sheet', beforeLoad: signedIn, component: Outlet, pendingComponent: Loading });
const page = (path: string, load: Module) => createRoute({ getParentRoute: () => shell, path, component: lazyRouteComponent(load) });

const tree = root.addChildren([
  bare('/login', () => import('@/features/session/LoginPage')),
  bare('/forgot', () => import('@/features/session/ForgotPage')),
  bare('/register', () => import('@/features/session/RegisterPage')),
  bare('/new-password', () => import('@/features/session/NewPasswordPage')),
  bare('/setup', () => import('@/features/session/SetupPage')),
  bare('/reset/$token', () => import('@/features/session/ResetPage')),
  sheet.addChildren([
    createRoute({
      getParentRoute: () => sheet,
      path: '/print/$entity',
      component: lazyRouteComponent(() => import('@/features/print/PrintPage')),
    }),
    createRoute({
      getParentRoute: () => sheet,
      path: '/print/$entity/$id',
      component: lazyRouteComponent(() => import('@/features/print/CardPage')),
    }),
  ]),
  shell.addChildren([
    page('/e/$entity', () => import('@/views/list/ListPage')),
    page('/e/$entity/new', () => import('@/views/form/NewRecordPage')),
    page('/e/$entity/$id', () => import('@/views/record/RecordPage')),
    page('/bin', () => import('@/features/bin/BinPage')),
    page('/changes', () => import('@/features/changes/ChangesPage')),
    page('/reads', () => import('@/features/changes/ReadsPage')),
    page('/changes/$id', () => import('@/features/changes/ChangeSetPage')),
    page('/imports', () => import('@/features/import/ImportsPage')),
    page('/import/$entity', () => import('@/features/import/ImportPage')),
    ...areaPages.map((p) => page(p.path, p.load)),
  ]),
]);

// The address bar carries plain text values; nothing is guessed into numbers or objects.
const parseSearch = (text: string) => Object.fromEntries(new URLSearchParams(text));
const stringifySearch = (search: Record<string, unknown>) => {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search))
    if (value !== undefined && value !== null && value !== '') params.set(name, String(value));
  const out = params.toString();
  return out ? `?${out}` : '';
};

export const router = createRouter({
  routeTree: tree,
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultPendingMs: 300,
  defaultPendingComponent: Loading,
  defaultErrorComponent: Failed,
  defaultNotFoundComponent: NotFound,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
