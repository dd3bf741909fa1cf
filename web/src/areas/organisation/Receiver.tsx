import Radio from 'antd/es/radio';
import type { Filter, Ref } from '@/api/types';
import { RecordPicker } from '@/fields/reference';
import { organisation as dict } from '@/i18n/dict/organisation';
import { translator } from '@/i18n/t';
import { LabeledField } from '@/ui/parts';

const tx = translator(dict);

/** Whom something goes to: a person, or a team in turn. */
export interface To {
  team: boolean;
  ref: Ref[];
}

interface Props {
  id: string;
  label: string;
  value: To;
  onChange: (v: To) => void;
  error?: string;
  /** Whom alone it may go to. */
  among?: Filter;
}
export function Receiver({ id, label, value, onChange, error, among }: Props) {
  return (
    <LabeledField id={id} label={label} error={error}>
      <Radio.Group
        value={value.team}
        aria-label={label}
        onChange={(e) => onChange({ team: e.target.value as boolean, ref: [] })}
        options={[
          { value: false, label: tx('disable.person') },
          { value: true, label: tx('disable.team') },
        ]}
      />
      <div className="receiver-pick">
        <RecordPicker
          id={id}
          entity={value.team ? 'teams' : 'users'}
          filter={value.team ? undefined : { and: [{ status: 'active' }, ...(among ? [among] : [])] }}
          value={value.ref}
          invalid={Boolean(error)}
          onChange={(ref) => onChange({ ...value, ref })}
        />
      </div>
    </LabeledField>
  );
}
