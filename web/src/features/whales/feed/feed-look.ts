import { styled } from '@mui/material/styles';
import { TEXT } from '../../../ui/theme';

/** Height of a row that takes three lines, in pixels. */
export const NARROW_ROW_HEIGHT = 80;

/** Height of the titles in pixels. */
export const TITLES_HEIGHT = 36;

const COLUMNS =
  '104px minmax(120px, 0.8fr) minmax(110px, 0.7fr) minmax(260px, 2fr) 200px 92px 32px';

/** The frame of the feed; one rule set for all rows, so that a row costs no styling. */
export const FeedFrame = styled('section')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    position: 'relative',
    display: 'grid',
    gridTemplateRows: 'minmax(0, 1fr)',
    minHeight: 0,
    fontSize: TEXT.body,
    '& .rows': { overflow: 'auto', minHeight: 0, overflowAnchor: 'none' },
    '& .body': { position: 'relative' },
    '& .row': {
      display: 'grid',
      gridTemplateColumns: COLUMNS,
      alignItems: 'center',
      gap: 8,
      padding: '0 16px',
      borderBottom: `1px solid ${palette.divider}`,
      whiteSpace: 'nowrap',
    },
    '& .row > *': { overflow: 'hidden', textOverflow: 'ellipsis' },
    '& .body .row': { position: 'absolute', insetInline: 0, top: 0 },
    '& .body .row:hover, & [data-whale]:hover': { background: palette.background.paper },
    '& [data-whale]': { cursor: 'pointer' },
    // Rows that the keyboard walks to do not end up below the titles.
    '& .row .time a': {
      display: 'block',
      color: palette.text.secondary,
      textDecoration: 'none',
      scrollMarginTop: TITLES_HEIGHT + 8,
      scrollMarginBottom: 8,
    },
    '& .row[data-whale]:hover .time a': { color: palette.primary.main },
    '& .titles': {
      position: 'sticky',
      top: 0,
      zIndex: 1,
      height: TITLES_HEIGHT,
      fontSize: TEXT.small,
      color: palette.text.secondary,
      background: palette.background.default,
    },
    '& .amount, & .usd': { textAlign: 'end' },
    '& .parties': { display: 'flex', alignItems: 'center', gap: 8, paddingInlineStart: 16 },
    '& .what': { display: 'flex', alignItems: 'center', gap: 8 },
    '& .chip': { overflow: 'hidden', textOverflow: 'ellipsis', minWidth: 0 },
    '& button.chip, & .fold': {
      padding: 0,
      font: 'inherit',
      color: palette.text.primary,
      background: 'none',
      border: 0,
      borderRadius: 4,
      cursor: 'pointer',
    },
    '& button.chip:hover, & .fold:hover': { textDecoration: 'underline' },
    '& .fold': {
      display: 'inline-flex',
      alignItems: 'center',
      gap: 4,
      minHeight: 24,
      color: palette.primary.main,
    },
    '& .status': {
      paddingInline: 6,
      lineHeight: '18px',
      fontSize: TEXT.small,
      border: `1px solid ${palette.divider}`,
      borderRadius: 4,
    },
    '& [data-status="UNCONFIRMED"]': {
      color: palette.warning.main,
      borderColor: palette.warning.main,
    },
    '& [data-undone="true"] :is(.amount, .usd)': { textDecoration: 'line-through' },
    '& [data-member="true"] .time': { paddingInlineStart: 16 },
    '& [data-member="true"], & [data-fold-line]': { background: palette.background.paper },
    '& .words': { gridColumn: '1 / -1', paddingInlineStart: 16 },
    '& button.known': {
      paddingInline: 6,
      lineHeight: '20px',
      borderRadius: 4,
      background: palette.surface.high,
    },
    '& button[data-own="true"]': { color: palette.primary.main },
    '& .wallet': { color: palette.text.secondary },
    '& a': {
      color: palette.primary.main,
      textDecorationColor: palette.divider,
      textUnderlineOffset: 3,
    },
    '& a:hover': { textDecorationColor: 'currentColor' },
    '& .link a': { display: 'grid' },
    '&[data-narrow="true"]': {
      '& .titles': { display: 'none' },
      '& .chain': { display: 'none' },
      '& .row': {
        gridTemplateColumns: 'minmax(0, 1fr) auto auto',
        // Of one height, whatever there is to say of its kind.
        gridTemplateRows: '20px 22px 24px',
        gridTemplateAreas: '"amount usd link" "parties parties link" "what time link"',
        gap: '2px 0',
        alignContent: 'center',
      },
      '& .amount': { gridArea: 'amount', textAlign: 'start', fontWeight: 500 },
      '& .usd': { gridArea: 'usd', paddingInlineStart: 8 },
      '& .parties': { gridArea: 'parties', paddingInlineStart: 0 },
      '& .what': { gridArea: 'what', fontSize: TEXT.small },
      '& .time': { gridArea: 'time', textAlign: 'end', fontSize: TEXT.small },
      // No room is kept for links where there are none.
      '& .link': { gridArea: 'link' },
      '& .link a': { marginInlineStart: 8 },
      '& .words': { gridArea: 'amount / amount / time / link', whiteSpace: 'normal' },
    },
  };
});
