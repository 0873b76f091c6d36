import { useLocation } from 'react-router';
import { ConfirmNewEmail } from '../../features/users/entrance/ConfirmNewEmail';
import { ConfirmRegistration } from '../../features/users/entrance/ConfirmRegistration';
import { ForgotPassword } from '../../features/users/entrance/ForgotPassword';
import { Register } from '../../features/users/entrance/Register';
import { ResetPassword } from '../../features/users/entrance/ResetPassword';
import { SignIn } from '../../features/users/entrance/SignIn';
import { NotFoundPage } from './NotFoundPage';

/** What somebody meets before they are signed in. */
export default function EntrancePages() {
  switch (useLocation().pathname.replace(/\/+$/, '')) {
    case '/sign-in':
      return <SignIn />;
    case '/register':
      return <Register />;
    case '/verify-email':
      return <ConfirmRegistration />;
    case '/change-email':
      return <ConfirmNewEmail />;
    case '/forgot-password':
      return <ForgotPassword />;
    case '/reset-password':
      return <ResetPassword />;
    default:
      return <NotFoundPage />;
  }
}
