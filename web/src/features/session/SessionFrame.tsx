import type { ReactNode } from 'react';
import { setLang, useLang } from '@/i18n/lang';
import { t } from '@/i18n/t';
import './session.css';

interface Frame {
  title: string;
  children: ReactNode;
  wide?: boolean;
  /** Whose product this is, once that is known. */
  organisation?: string | null;
}

export function SessionFrame({ title, children, wide, organisation }: Frame) {
  const lang = useLang();
  return (
    <main className="session">
      <div className={`session-card${wide ? ' session-wide' : ''}`}>
        <header className="session-head">
          <img src="/favicon.svg" alt="" width="36" height="36" />
          <div className="grow">
            <strong>{t('app.name')}</strong>
            <p className="muted small">{organisation || t('app.tagline')}</p>
          </div>
          <button
            type="button"
            className="link"
            lang={lang === 'en' ? 'zh-CN' : 'en'}
            onClick={() => setLang(lang === 'en' ? 'zh-CN' : 'en')}
          >
            {lang === 'en' ? '中文' : 'English'}
          </button>
        </header>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
