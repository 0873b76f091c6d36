import { styled } from '@mui/material/styles';
import { TEXT } from '../../../ui/theme';
import { FIGURE_COLUMNS } from './columns';

const widths = (phone: boolean) =>
  FIGURE_COLUMNS.map((column) => (phone && column.phoneWidth) || column.width).join(' ');
const RANK_WIDTH = 44;
const STAR_WIDTH = 34;

/** Height of the header row in pixels. */
export const HEADER_HEIGHT = 36;

/** The scrolling frame of the table; one rule set for all rows, so that a row costs no styling. */
export const TableFrame = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    '--columns': `${RANK_WIDTH}px ${STAR_WIDTH}px minmax(150px, 1.5fr) ${widths(false)}`,
    position: 'relative',
    overflow: 'auto',
    minHeight: 200,
    height: '100%',
    fontSize: TEXT.body,
    scrollPaddingTop: HEADER_HEIGHT,
    '& .row': {
      display: 'grid',
      gridTemplateColumns: 'var(--columns)',
      alignItems: 'stretch',
      width: 'max(100%, max-content)',
      minWidth: '100%',
      background: palette.background.default,
      borderBottom: `1px solid ${palette.divider}`,
    },
    '& .body': { position: 'relative', minWidth: 'max-content' },
    '& .body .row': { position: 'absolute', insetInline: 0, cursor: 'pointer' },
    '& .body .row:hover, & .body .row:focus-within': { background: palette.background.paper },
    '& .row:focus-visible': { outline: 'none' },
    // Above the pinned cells, which would cover an outline.
    '& .row:focus-visible::after': {
      content: '""',
      position: 'absolute',
      inset: 0,
      zIndex: 3,
      border: `2px solid ${palette.primary.main}`,
      pointerEvents: 'none',
    },
    '& .head': {
      position: 'sticky',
      top: 0,
      zIndex: 3,
      height: HEADER_HEIGHT,
      color: palette.text.secondary,
      fontSize: TEXT.small,
    },
    '& .cell': {
      display: 'flex',
      alignItems: 'center',
      minWidth: 0,
      paddingInline: 8,
      background: 'inherit',
    },
    '& .figure': { justifyContent: 'flex-end', contain: 'layout style' },
    '& .figure:last-child': { paddingInlineEnd: 16 },
    '& .rank, & .starring, & .asset': { position: 'sticky', zIndex: 2 },
    '& .rank': { left: 0, justifyContent: 'flex-end', color: palette.text.secondary },
    '& .starring': { left: RANK_WIDTH, padding: 0, justifyContent: 'center' },
    '& .asset': { left: RANK_WIDTH + STAR_WIDTH, gap: 8, fontWeight: 500 },
    '& .asset a': {
      color: 'inherit',
      textDecoration: 'none',
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
    },
    '& .asset .quiet': { fontWeight: 400 },
    '& .price': {
      display: 'inline-flex',
      justifyContent: 'flex-end',
      width: '100%',
      maxWidth: 150,
      borderRadius: 3,
      padding: '2px 4px',
      whiteSpace: 'nowrap',
    },
    // Decimal points are in line as far as there is room for what is before them.
    '& .fraction': { flex: '0 1 9ch', minWidth: 'max-content' },
    '& .sort': {
      font: 'inherit',
      color: 'inherit',
      background: 'none',
      border: 0,
      padding: '4px 0',
      cursor: 'pointer',
      display: 'inline-flex',
      gap: 4,
      whiteSpace: 'nowrap',
    },
    '& .sort:hover, & [aria-sort] .sort': { color: palette.text.primary },
    [theme.breakpoints.down('sm')]: {
      '--columns': `${STAR_WIDTH}px 84px ${widths(true)}`,
      '& .rank, & .asset .quiet': { display: 'none' },
      '& .starring': { left: 0 },
      '& .fraction': { flexBasis: 'auto' },
      '& .asset': { left: STAR_WIDTH, borderRight: `1px solid ${palette.divider}` },
    },
  };
});
