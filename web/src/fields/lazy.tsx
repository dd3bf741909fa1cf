import { lazy, Suspense, type ComponentType } from 'react';
import type { FilterProps, InputProps } from './types';

type Inputs = typeof import('./inputs');
type Filters = typeof import('./filters');
const waiting = <span className="input-waiting" aria-hidden="true" />;
export const loadInputs = () => import('./inputs');

/** Inputs pull in pickers that a list page does not need, so they travel in a chunk of their own. */
export function lazyInput(name: keyof Inputs): ComponentType<InputProps> {
  const Part = lazy(async () => ({ default: (await loadInputs())[name] as ComponentType<InputProps> }));
  return function Input(props: InputProps) {
    return (
      <Suspense fallback={waiting}>
        <Part {...props} />
      </Suspense>
    );
  };
}
export function lazyFilter(name: keyof Filters): ComponentType<FilterProps> {
  const Part = lazy(async () => ({ default: (await import('./filters'))[name] as ComponentType<FilterProps> }));
  return function Filter(props: FilterProps) {
    return (
      <Suspense fallback={waiting}>
        <Part {...props} />
      </Suspense>
    );
  };
}
