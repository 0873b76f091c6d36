import Button from '@mui/material/Button';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { EmptyState } from '../../../ui/StateViews';
import { AccountFrame } from '../account/AccountFrame';
import { useSessionState } from '../session/session-context';

interface AdminOnlyProps {
  title: string;
  children: ReactNode;
}

/** A page for administrators; whoever is signed in and is none is told so, and asks the server for nothing. */
export function AdminOnly({ title, children }: AdminOnlyProps) {
  const state = useSessionState();
  if (state.status !== 'signed-in' || state.roles.includes('ADMIN')) {
    return <AccountFrame title={title}>{children}</AccountFrame>;
  }
  return (
    <>
      <title>For administrators · Spyhop</title>
      <EmptyState
        title="This page is for administrators"
        action={
          <Button component={Link} to="/" variant="outlined">
            To the markets
          </Button>
        }
      >
        Your account is not one. If it should be, ask somebody who is.
      </EmptyState>
    </>
  );
}
