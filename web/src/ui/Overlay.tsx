import Drawer from 'antd/es/drawer';
import Modal from 'antd/es/modal';
import type { ReactNode } from 'react';
import { t } from '@/i18n/t';

interface DialogProps {
  open: boolean;
  title: ReactNode;
  onClose: () => void;
  onOk?: () => void;
  okText?: string;
  okDisabled?: boolean;
  busy?: boolean;
  danger?: boolean;
  width?: number;
  footer?: ReactNode | null;
  /** It only tells something: one button, which closes it. */
  tells?: boolean;
  children: ReactNode;
}
export const Dialog = (p: DialogProps) => (
  <Modal
    open={p.open}
    title={p.title}
    onCancel={p.onClose}
    onOk={p.onOk}
    okText={p.okText ?? t('ok')}
    cancelText={t('cancel')}
    confirmLoading={p.busy}
    width={p.width ?? 520}
    destroyOnHidden
    footer={p.tells ? (_, { OkBtn }) => <OkBtn /> : p.onOk ? undefined : (p.footer ?? null)}
    okButtonProps={{ danger: p.danger, disabled: p.okDisabled }}
    mask={{ closable: false }}
  >
    {p.children}
  </Modal>
);
export const SidePanel = ({
  open,
  title,
  onClose,
  width = 480,
  children,
  footer,
  side = 'right',
}: {
  open: boolean;
  title: ReactNode;
  onClose: () => void;
  width?: number;
  children: ReactNode;
  footer?: ReactNode;
  side?: 'left' | 'right';
}) => (
  <Drawer
    open={open}
    title={title}
    onClose={onClose}
    placement={side}
    size={Math.min(width, window.innerWidth)}
    destroyOnHidden
    footer={footer}
  >
    {children}
  </Drawer>
);
