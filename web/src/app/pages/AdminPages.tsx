import type { ReactNode } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { Account } from '../../features/users/administration/Account';
import { Accounts } from '../../features/users/administration/Accounts';
import { AdminOnly } from '../../features/users/administration/AdminOnly';
import { AllSecurityEvents } from '../../features/users/administration/AllSecurityEvents';
import { AuditLog } from '../../features/users/administration/AuditLog';
import { ExplainAccess } from '../../features/users/administration/ExplainAccess';
import { PLACES } from '../../features/users/places';
import { NotFoundPage } from './NotFoundPage';

const guarded = (title: string, content: ReactNode) => (
  <AdminOnly title={title}>{content}</AdminOnly>
);

/** For those who look after all accounts. */
export default function AdminPages() {
  return (
    <Routes>
      <Route index element={<Navigate to={PLACES.accounts} replace />} />
      <Route path="accounts" element={guarded('Accounts', <Accounts />)} />
      <Route path="accounts/:id" element={guarded('Account', <Account />)} />
      <Route path="audit" element={guarded('Audit log', <AuditLog />)} />
      <Route path="events" element={guarded('All security events', <AllSecurityEvents />)} />
      <Route path="access" element={guarded('Explain access', <ExplainAccess />)} />
      <Route path="*" element={<NotFoundPage />} />
    </Routes>
  );
}
