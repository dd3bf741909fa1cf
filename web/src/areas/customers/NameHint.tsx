import { useQuery } from '@tanstack/react-query';
import { useDebounced } from '@/ui/useDebounced';
import type { FormHintProps } from '..';
import { textOf } from '../shared/queries';
import NameCheck, { nameCheck } from './NameCheck';

/** Before a company is saved: what its name lacks of the convention, unless nobody wants to know (CUS-13). */
export default function NameHint({ values, before }: FormHintProps) {
  const typed = values.kind === 'person' ? '' : textOf(values.name).trim();
  const name = useDebounced(typed, 450);
  const asked = name !== '' && name === typed && name !== before?.name;
  const { data } = useQuery({ ...nameCheck(name), enabled: asked });
  const lacks = data && data.convention !== 'off' && Object.keys(data).some((key) => key.startsWith('no_'));
  return <div aria-live="polite">{asked && lacks ? <NameCheck name={name} /> : null}</div>;
}
