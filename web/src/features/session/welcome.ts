import { useQuery } from '@tanstack/react-query';
import { get } from '@/api/client';
import { ApiError } from '@/api/errors';
import { t } from '@/i18n/t';
import { errorText } from '@/ui/feedback';

/** What a new password has to be. */
export interface PasswordRule {
  password_length: number;
  password_mixed: boolean;
}

/** What the company says and allows on its sign-in page. */
export interface Welcome extends PasswordRule {
  organisation: string | null;
  registration: boolean;
  password_help: string | null;
}

export const welcomeKey = ['sign-in'];
export const useWelcome = () => useQuery({ queryKey: welcomeKey, queryFn: () => get<Welcome>('/sign-in'), retry: false });

/** The rule in words. */
export const ruleText = (rule: PasswordRule) =>
  t('reset.short', { n: rule.password_length }) + (rule.password_mixed ? t('reset.mixed') : '');

/** Why the server did not take a password. */
export const refusalText = (cause: unknown) =>
  (cause instanceof ApiError && Object.values(cause.fieldErrors)[0]) || errorText(cause);

/** What is wrong with a new password written twice; nothing else is known before the server has seen it. */
export const faultOf = (password: string, again: string, rule: PasswordRule) =>
  [...password].length < rule.password_length ? ruleText(rule) : password !== again ? t('reset.mismatch') : '';
