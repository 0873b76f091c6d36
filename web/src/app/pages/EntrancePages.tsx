import { useLocation } from 'react-router';
import { FollowLink } from '../../features/users/entrance/FollowLink';
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
      return (
        <FollowLink titles={{ asking: 'Confirming your address', done: 'Your account is ready' }}>
          The address is yours. Sign in with your password.
        </FollowLink>
      );
    case '/change-email':
      return (
        <FollowLink
          titles={{ asking: 'Confirming your address', done: 'Your address was changed' }}
        >
          Sign in with the new address from now on.
        </FollowLink>
      );
    case '/forgot-password':
      return <ForgotPassword />;
    case '/reset-password':
      return <ResetPassword />;
    default:
      return <NotFoundPage />;
  }
}
