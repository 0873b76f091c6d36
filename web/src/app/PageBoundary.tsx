import { Component, type ReactNode } from 'react';
import { ErrorState } from '../ui/StateViews';

interface State {
  error: unknown;
}

/** Keeps a fault of one page from taking navigation and the feed's state with it. */
export class PageBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return (
      <ErrorState
        title="This page could not be shown"
        error={this.state.error}
        reason="Its code failed or could not be loaded."
        stillWorks="The other pages work."
        onRetry={() => location.reload()}
      />
    );
  }
}
