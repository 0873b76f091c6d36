import { styled } from '@mui/material/styles';
import { TEXT } from '../../../ui/theme';

/** Height of the titles in pixels. */
export const TITLES_HEIGHT = 36;

const COLUMNS = '84px minmax(120px, 0.8fr) minmax(110px, 0.7fr) minmax(280px, 2fr) 132px 92px 32px';

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
    '& .body .row:hover': { background: palette.background.paper },
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
    '& .chip': { overflow: 'hidden', textOverflow: 'ellipsis' },
    '& .known': {
      paddingInline: 6,
      lineHeight: '20px',
      borderRadius: 4,
      background: palette.surface.high,
      textTransform: 'capitalize',
    },
    '& .wallet': { color: palette.text.secondary, textTransform: 'none' },
    '& a': { color: palette.primary.main, textDecoration: 'none' },
    '& a:hover': { textDecoration: 'underline' },
    '& .link a': { display: 'grid' },
    '& .pill': {
      position: 'absolute',
      top: TITLES_HEIGHT + 8,
      left: '50%',
      transform: 'translateX(-50%)',
      zIndex: 2,
      padding: '4px 12px',
      font: 'inherit',
      color: palette.primary.contrastText,
      background: palette.primary.main,
      border: 0,
      borderRadius: 12,
      cursor: 'pointer',
    },
    '&[data-narrow="true"]': {
      '& .titles': { display: 'none' },
      '& .pill': { top: 8 },
      '& .chain, & .what': { display: 'none' },
      '& .row': {
        gridTemplateColumns: 'minmax(0, 1fr) auto 24px',
        gridTemplateAreas: '"amount usd link" "parties time link"',
        gap: '2px 8px',
        alignContent: 'center',
      },
      '& .amount': { gridArea: 'amount', textAlign: 'start', fontWeight: 500 },
      '& .usd': { gridArea: 'usd' },
      '& .parties': { gridArea: 'parties', paddingInlineStart: 0, fontSize: TEXT.small },
      '& .time': { gridArea: 'time', textAlign: 'end', fontSize: TEXT.small },
      '& .link': { gridArea: 'link' },
    },
  };
});
