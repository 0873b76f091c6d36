import { styled } from '@mui/material/styles';
import { ToggleChip } from '../../ui/controls';
import { TEXT } from '../../ui/theme';
import { useConversion } from '../../ui/useMoney';
import { useFormats } from '../../ui/useFormats';
import { rateWords } from './rate-words';

const Chip = styled(ToggleChip)(({ theme }) => ({
  height: 28,
  borderRadius: 14,
  fontSize: TEXT.small,
  [theme.breakpoints.down('sm')]: { '& .wide': { display: 'none' } },
}));

interface RateChipProps {
  onOpen: (anchor: HTMLElement) => void;
}

/** Says in a corner of every page in what currency amounts are, where that is not simply the dollar; opens the settings. */
export function RateChip({ onOpen }: RateChipProps) {
  const conversion = useConversion();
  const formats = useFormats();
  if (conversion === null) return null;
  const { chosen, rate, money, isLoading } = conversion;
  const words = rateWords(conversion, formats);
  return (
    <Chip type="button" title={words} onClick={(event) => onOpen(event.currentTarget)}>
      <span className="visually-hidden">Amounts in </span>
      {rate?.source === 'SIMULATED' && '≈ '}
      {money.currency}
      {rate === null && !isLoading && (
        <span className="quiet">
          no {chosen}
          <span className="wide"> rate</span>
        </span>
      )}
      {rate?.source === 'SIMULATED' && <span className="quiet wide">simulated rate</span>}
      <span className="visually-hidden">. {words}</span>
    </Chip>
  );
}
