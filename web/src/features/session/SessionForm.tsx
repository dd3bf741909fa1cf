import Button from 'antd/es/button';
import Input from 'antd/es/input';
import type { ReactNode } from 'react';
import { t } from '@/i18n/t';
import { Failure, LabeledField } from '@/ui/parts';

interface Form {
  children: ReactNode;
  failure?: string;
  label: string;
  busy?: boolean;
  onSubmit: () => Promise<void> | void;
  /** Where else one may want to go. */
  ways?: ReactNode;
}

/** A form of somebody who is not, or not quite, signed in: what is asked, what went wrong, one button. */
export function SessionForm({ children, failure, label, busy, onSubmit, ways }: Form) {
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        void onSubmit();
      }}
    >
      {children}
      <Failure>{failure}</Failure>
      <Button type="primary" size="large" block htmlType="submit" loading={busy}>
        {label}
      </Button>
      {ways && <p className="session-ways">{ways}</p>}
    </form>
  );
}

/** Who one says one is. */
export const AccountInput = ({ value, onChange }: { value: string; onChange: (login: string) => void }) => (
  <LabeledField id="login" label={t('login.user')}>
    <Input id="login" name="username" autoComplete="username" autoFocus size="large" value={value} onChange={(e) => onChange(e.target.value)} />
  </LabeledField>
);
