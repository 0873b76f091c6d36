import { styled } from '@mui/material/styles';
import { TEXT } from './theme';

interface RowsProps {
  /** The columns of a line, as CSS names them; on a narrow screen there are two. */
  columns: string;
}

/**
 * A long list, one thing per line; a line is what has the class `row`, and opens or leads to the thing. What is
 * `last` in it stands at its end, what is `aside` there where a line has two columns.
 */
export const Rows = styled('ul', { shouldForwardProp: (name) => name !== 'columns' })<RowsProps>(({
  theme,
  columns,
}) => {
  const { palette } = theme.vars;
  return {
    margin: 0,
    padding: 0,
    listStyle: 'none',
    fontSize: TEXT.body,
    border: `1px solid ${palette.divider}`,
    borderRadius: 6,
    background: palette.background.paper,
    overflow: 'hidden',
    '& > li + li': { borderTop: `1px solid ${palette.divider}` },
    '& .row': {
      display: 'grid',
      gridTemplateColumns: columns,
      alignItems: 'center',
      gap: '2px 16px',
      minHeight: 40,
      padding: '6px 12px',
      color: palette.text.primary,
      textDecoration: 'none',
      cursor: 'pointer',
    },
    '& .row:hover': { background: palette.surface.high },
    '& .row > *': {
      minWidth: 0,
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
    },
    '& .row > .last': { justifySelf: 'end' },
    '& strong': { fontWeight: 500 },
    '& .tag': { color: palette.primary.main },
    '& .warning': { color: palette.warning.main },
    // Not faded, which would leave too little contrast.
    '&[aria-busy="true"] *': { color: palette.text.secondary },
    [theme.breakpoints.down('md')]: {
      '& .row': { gridTemplateColumns: 'minmax(0, 1fr) auto', padding: '8px 12px' },
      '& .row > .aside': { justifySelf: 'end' },
    },
  };
});
