import Popover from '@mui/material/Popover';
import { styled } from '@mui/material/styles';
import Switch from '@mui/material/Switch';
import { useId } from 'react';
import { Segmented } from '../../ui/controls';
import {
  changeDevicePreferences,
  usePreferences,
  usePreferencesOfAccount,
} from '../../ui/preferences';
import { TEXT } from '../../ui/theme';
import { useFormats } from '../../ui/useFormats';
import { PersonalSettings } from './PersonalSettings';
import { Setting } from './Setting';
import { useKeeping } from './useKeeping';

const Sheet = styled('div')(({ theme }) => ({
  display: 'grid',
  gap: 14,
  padding: 16,
  width: 300,
  fontSize: TEXT.body,
  '& .line': { display: 'flex', alignItems: 'center', justifyContent: 'space-between' },
  '& .label': { color: theme.vars.palette.text.secondary, fontSize: TEXT.small, fontWeight: 400 },
  '& .where': { margin: 0, color: theme.vars.palette.text.secondary, fontSize: TEXT.small },
}));

const DENSITIES = [
  { value: 'comfortable', label: 'Comfortable' },
  { value: 'dense', label: 'Dense' },
] as const;

function SwapColours({ swapped }: { swapped: boolean }) {
  const id = useId();
  const formats = useFormats();
  return (
    <div className="line">
      <label htmlFor={id}>
        Swap the colours of rise and fall <span className="number up">{formats.change(1.5)}</span>{' '}
        <span className="number down">{formats.change(-1.5)}</span>
      </label>
      <Switch
        id={id}
        size="small"
        checked={swapped}
        onChange={(event) => changeDevicePreferences({ swapColours: event.target.checked })}
      />
    </div>
  );
}

interface SettingsProps {
  anchor: HTMLElement;
  onClose: () => void;
}

/** How things look here. */
export default function Settings({ anchor, onClose }: SettingsProps) {
  const { density, swapColours } = usePreferences();
  const ofAccount = usePreferencesOfAccount();
  const keeping = useKeeping();
  return (
    <Popover
      open
      anchorEl={anchor}
      onClose={onClose}
      transitionDuration={0}
      anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
      transformOrigin={{ vertical: 'top', horizontal: 'right' }}
      slotProps={{ paper: { role: 'dialog', 'aria-label': 'Settings' } }}
    >
      <Sheet>
        <PersonalSettings {...keeping} />
        <Setting label="Table rows" kept={null}>
          <Segmented
            label="Table rows"
            value={density}
            choices={DENSITIES}
            onChange={(next) => changeDevicePreferences({ density: next })}
          />
        </Setting>
        <SwapColours swapped={swapColours} />
        <p className="where">
          {ofAccount
            ? 'Theme, numbers, time zone and currency are kept in your account, the rest in this browser.'
            : 'Kept in this browser.'}
        </p>
      </Sheet>
    </Popover>
  );
}
