import { lazy, Suspense } from 'react';
import { actionDialogs } from '@/areas';
import { closeOpened, useOpened, type Opened } from './openForm';

const FormDrawer = lazy(() => import('./FormDrawer'));
const ActionDialog = lazy(() => import('../action/ActionDialog'));
const ExportLeaveDialog = lazy(() => import('../list/ExportLeaveDialog'));

const drawn = (o: Opened) => {
  const onClose = () => closeOpened(o.key);
  if (o.type === 'form') return <FormDrawer key={o.key} request={o} onClose={onClose} />;
  if (o.type === 'action') {
    const Own = actionDialogs[`${o.entity}.${o.action.name}`] ?? ActionDialog;
    return <Own key={o.key} request={o} onClose={() => { onClose(); o.onLeft?.(); }} />;
  }
  return <ExportLeaveDialog key={o.key} request={o} onClose={onClose} />;
};

/** Draws what was opened over the page; forms may open forms. */
export function FormHost() {
  return <Suspense fallback={null}>{useOpened().map(drawn)}</Suspense>;
}
