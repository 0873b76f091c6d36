import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { errorCode } from './error-code';

interface MessageProps {
  title: string;
  children: ReactNode;
  action?: ReactNode;
  role?: 'alert';
}

function Message({ title, children, action, role }: MessageProps) {
  return (
    <Box
      role={role}
      sx={{
        display: 'grid',
        gap: 1,
        alignSelf: 'start',
        alignContent: 'start',
        justifyItems: 'center',
        textAlign: 'center',
        px: 3,
        py: 6,
        maxWidth: 440,
        mx: 'auto',
      }}
    >
      <Typography variant="h1" component="h2">
        {title}
      </Typography>
      <Typography sx={{ color: 'text.secondary' }}>{children}</Typography>
      {action && <Box sx={{ mt: 1 }}>{action}</Box>}
    </Box>
  );
}

/** Says that there is nothing to show and what to do next. */
export function EmptyState(props: Omit<MessageProps, 'role'>) {
  return <Message {...props} />;
}

interface ErrorStateProps {
  /** What failed, as a sentence: "The assets could not be loaded." */
  title: string;
  error: unknown;
  /** Why it failed, where the error itself does not tell. */
  reason?: string;
  /** What goes on working meanwhile. */
  stillWorks: string;
  onRetry: () => void;
}

function reasonOf(error: unknown): string {
  return errorCode(error) === 'UNREACHABLE'
    ? 'The server did not answer.'
    : 'The server answered with an error.';
}

/** Says what failed, what still works, and offers to try again. */
export function ErrorState({ title, error, reason, stillWorks, onRetry }: ErrorStateProps) {
  const retry = (
    <Button variant="outlined" size="small" onClick={onRetry}>
      Try again
    </Button>
  );
  return (
    <Message role="alert" title={title} action={retry}>
      {reason ?? reasonOf(error)} {stillWorks}
    </Message>
  );
}
