import { Component, type ReactNode } from 'react';
import { t } from '@/i18n/t';
import { ErrorState } from './parts';

export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  state: { error: unknown } = { error: null };
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }
  render() {
    return this.state.error ? (
      <div className="page">
        <h1>{t('error.crash')}</h1>
        <ErrorState error={this.state.error} retry={() => this.setState({ error: null })} />
      </div>
    ) : (
      this.props.children
    );
  }
}
