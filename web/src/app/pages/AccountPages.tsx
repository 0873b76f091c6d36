import type { ReactNode } from 'react';
import { Route, Routes } from 'react-router';
import { PreferencesSection } from '../../features/settings/PreferencesSection';
import { AccountFrame } from '../../features/users/account/AccountFrame';
import { ApiKeys } from '../../features/users/account/ApiKeys';
import { DisplayName } from '../../features/users/account/DisplayName';
import { EmailChange } from '../../features/users/account/EmailChange';
import { LeaveOrTake } from '../../features/users/account/LeaveOrTake';
import { Security } from '../../features/users/account/Security';
import { Sessions } from '../../features/users/account/Sessions';
import { useMe } from '../../features/users/useMe';
import { OwnWatchlists } from '../../features/users/watchlists/OwnWatchlists';
import { ThingsSkeleton } from '../../ui/sections';
import { NotFoundPage } from './NotFoundPage';

function Profile() {
  const me = useMe();
  if (!me) return <ThingsSkeleton count={3} />;
  return (
    <>
      <DisplayName id={me.id} displayName={me.displayName} />
      <PreferencesSection />
      <EmailChange email={me.email} />
    </>
  );
}

const framed = (title: string, content: ReactNode) => (
  <AccountFrame title={title}>{content}</AccountFrame>
);

/** What is somebody's own. */
export default function AccountPages() {
  return (
    <Routes>
      <Route index element={framed('Profile', <Profile />)} />
      <Route path="watchlists" element={framed('Watchlists', <OwnWatchlists />)} />
      <Route path="security" element={framed('Security', <Security />)} />
      <Route path="sessions" element={framed('Sessions', <Sessions />)} />
      <Route path="keys" element={framed('API keys', <ApiKeys />)} />
      <Route path="data" element={framed('Your data', <LeaveOrTake />)} />
      <Route path="*" element={<NotFoundPage />} />
    </Routes>
  );
}
