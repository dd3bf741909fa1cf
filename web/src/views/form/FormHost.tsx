import { lazy, Suspense } from 'react';
import { closeOpened, useOpened } from './openForm';

const FormDrawer = lazy(() => import('./FormDrawer'));
const ActionDialog = lazy(() => import('../action/ActionDialog'));

/** Draws what openRecordForm and openAction asked for; forms may open forms. */
export function FormHost() {
  const opened = useOpened();
  return (
    <Suspense fallback={null}>
      {opened.map((o) =>
        o.type === 'form' ? (
          <FormDrawer key={o.key} request={o} onClose={() => closeOpened(o.key)} />
        ) : (
          <ActionDialog key={o.key} request={o} onClose={() => closeOpened(o.key)} />
        ),
      )}
    </Suspense>
  );
}
