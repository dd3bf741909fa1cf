import App from 'antd/es/app';
import { useEffect, type ReactNode } from 'react';
import { ApiError } from '@/api/errors';
import { t } from '@/i18n/t';

type Api = ReturnType<typeof App.useApp>;
let api: Api | null = null;

/** Mounted once under antd's App, so that plain functions can speak to the user. */
export function FeedbackBridge() {
  const mounted = App.useApp();
  useEffect(() => {
    api = mounted;
  }, [mounted]);
  return null;
}

export const errorText = (e: unknown): string => (e instanceof Error && e.message ? e.message : t('error.unknown'));

export const toast = {
  success: (content: ReactNode) => void api?.message.success(content),
  info: (content: ReactNode) => void api?.message.info(content),
  warning: (content: ReactNode) => void api?.message.warning({ content, duration: 6 }),
  error: (error: unknown) => {
    const request = error instanceof ApiError && error.status >= 500 ? error.requestId : null;
    void api?.message.error({
      content: (
        <>
          {errorText(error)}
          {request && <span className="muted small"> · {t('error.request', { id: request })}</span>}
        </>
      ),
      duration: 6,
    });
  },
  /** A message that stays and changes until `toast.close(key)`. */
  progress: (key: string, content: ReactNode) => void api?.message.open({ key, type: 'loading', content, duration: 0 }),
  close: (key: string) => api?.message.destroy(key),
  /** Success with one thing to do about it, such as undo. */
  withAction: (content: string, label: string, run: () => void, type: 'success' | 'warning' = 'success') => {
    const key = `a${Date.now()}`;
    void api?.message.open({
      key,
      type,
      duration: 8,
      content: (
        <>
          {content}{' '}
          <button
            type="button"
            className="link"
            onClick={() => {
              api?.message.destroy(key);
              run();
            }}
          >
            {label}
          </button>
        </>
      ),
    });
  },
};

export const confirm = (options: { title: ReactNode; content?: ReactNode; okText?: string; danger?: boolean }): Promise<boolean> =>
  new Promise((resolve) => {
    if (!api) return resolve(false);
    api.modal.confirm({
      title: options.title,
      content: options.content,
      okText: options.okText ?? t('ok'),
      cancelText: t('cancel'),
      okButtonProps: { danger: options.danger },
      autoFocusButton: options.danger ? 'cancel' : 'ok',
      icon: null,
      onOk: () => resolve(true),
      onCancel: () => resolve(false),
    });
  });
