import { kindOf } from './kind';
import type { InputProps } from './types';

/** The input of a field, whatever its kind. */
export function FieldInput(props: InputProps) {
  const { Input } = kindOf(props.field);
  return <Input {...props} />;
}
