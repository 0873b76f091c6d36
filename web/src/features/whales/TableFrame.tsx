import { styled } from '@mui/material/styles';
import { TEXT } from '../../ui/theme';

/** Around a plain table of figures: it scrolls within itself where it is too wide. */
export const TableFrame = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    overflow: 'auto',
    minWidth: 0,
    '& table': { width: '100%', borderCollapse: 'collapse', fontSize: TEXT.body },
    '& th': { fontWeight: 400, fontSize: TEXT.small, color: palette.text.secondary },
    '& th, & td': {
      height: 36,
      padding: '0 8px',
      textAlign: 'start',
      whiteSpace: 'nowrap',
      borderBottom: `1px solid ${palette.divider}`,
    },
    // What a row is of stays in sight where the others scroll.
    '& :is(th, td):first-of-type': {
      position: 'sticky',
      insetInlineStart: 0,
      background: palette.background.default,
    },
    '& .figure': { textAlign: 'end' },
    '& a': { color: palette.primary.main },
  };
});
