import { useApolloClient } from '@apollo/client/react';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { styled } from '@mui/material/styles';
import { Link } from 'react-router';
import { TEXT } from '../../ui/theme';
import { useAction } from '../../ui/useAction';
import { ACCOUNT_PAGES, ADMIN_PAGES } from './account/account-pages';
import { PLACES } from './places';
import { useHasUnseen } from './security-events/seen';
import { signOut } from './session/documents';
import { useSession } from './session/session-context';
import { useMe } from './useMe';

const Who = styled('li')(({ theme }) => ({
  display: 'grid',
  gap: 2,
  maxWidth: 280,
  padding: '8px 16px 12px',
  fontSize: TEXT.body,
  borderBottom: `1px solid ${theme.vars.palette.divider}`,
  '& span': {
    fontSize: TEXT.small,
    color: theme.vars.palette.text.secondary,
    overflowWrap: 'anywhere',
  },
  '& .fault': { color: theme.vars.palette.error.main },
}));

const New = styled('span')(({ theme }) => ({
  marginInlineStart: 8,
  fontSize: TEXT.small,
  color: theme.vars.palette.warning.main,
}));

interface AccountMenuProps {
  anchor: HTMLElement;
  onClose: () => void;
}

/** The pages of an account, and the way out. */
export default function AccountMenu({ anchor, onClose }: AccountMenuProps) {
  const client = useApolloClient();
  const session = useSession();
  const me = useMe();
  const hasUnseen = useHasUnseen();
  const leave = useAction(async () => {
    await signOut(client);
    onClose();
    session.end();
  });
  const pages = [...ACCOUNT_PAGES, ...(me?.roles.includes('ADMIN') ? ADMIN_PAGES : [])];
  return (
    <Menu
      open
      anchorEl={anchor}
      onClose={onClose}
      transitionDuration={0}
      anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
      transformOrigin={{ vertical: 'top', horizontal: 'right' }}
      slotProps={{ list: { 'aria-label': 'Account', dense: true } }}
    >
      <Who role="presentation">
        <strong>{me?.displayName}</strong>
        <span>{me?.email}</span>
        {leave.failure !== undefined && (
          <span className="fault" role="alert">
            {leave.failure}
          </span>
        )}
      </Who>
      {pages.map(({ path, title }) => (
        <MenuItem key={path} component={Link} to={path} onClick={onClose}>
          {title}
          {hasUnseen && path === PLACES.ownEvents && <New>new</New>}
        </MenuItem>
      ))}
      <MenuItem divider sx={{ p: 0, minHeight: 0 }} role="separator" disabled />
      <MenuItem onClick={() => leave.run()} aria-disabled={leave.pending}>
        Sign out
      </MenuItem>
    </Menu>
  );
}
