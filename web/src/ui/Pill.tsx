import { styled } from '@mui/material/styles';

const PillButton = styled('button')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    position: 'absolute',
    top: 100,
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
  };
});

interface PillProps {
  /** How many wait; nothing is shown for none. */
  count: number;
  /** More are not counted. */
  most?: number;
  onShow: () => void;
  /** From the top of what it lies on, in pixels. */
  top?: number;
}

/** How many new ones wait while somebody reads, and the way to them; screen readers are told once that some do. */
export function Pill({ count, most = Number.POSITIVE_INFINITY, onShow, top }: PillProps) {
  return (
    <>
      <span role="status" className="visually-hidden">
        {count > 0 && 'New ones wait above.'}
      </span>
      {count > 0 && (
        <PillButton type="button" className="number" style={{ top }} onClick={onShow}>
          {count >= most ? `${most}+` : count} new
        </PillButton>
      )}
    </>
  );
}
