import type { ReactNode } from 'react';
import { Route, Routes } from 'react-router';
import { AccountFrame } from '../../features/users/account/AccountFrame';
import { ApiKeys } from '../../features/users/account/ApiKeys';
import { EmailChange } from '../../features/users/account/EmailChange';
import { LeaveOrTake } from '../../features/users/account/LeaveOrTake';
import { Security } from '../../features/users/account/Security';
import { Sessions } from '../../features/users/account/Sessions';
import { SecurityEvents } from '../../features/users/security-events/SecurityEvents';
import { useMe } from '../../features/users/useMe';
import { NotFoundPage } from './NotFoundPage';

function Profile() {
  const me = useMe();
  return me && <EmailChange email={me.email} />;
}

const framed = (title: string, content: ReactNode) => (
  <AccountFrame title={title}>{content}</AccountFrame>
);

/** What is somebody's own. */
export default function AccountPages() {
  return (
    <Routes>
      <Route index element={framed('Profile', <Profile />)} />
      <Route path="security" element={framed('Security', <Security />)} />
      <Route path="sessions" element={framed('Sessions', <Sessions />)} />
      <Route path="events" element={framed('Security events', <SecurityEvents />)} />
      <Route path="keys" element={framed('API keys', <ApiKeys />)} />
      <Route path="data" element={framed('Your data', <LeaveOrTake />)} />
      <Route path="*" element={<NotFoundPage />} />
    </Routes>
  );
}
