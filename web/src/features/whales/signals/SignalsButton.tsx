import Popover from '@mui/material/Popover';
import { styled } from '@mui/material/styles';
import Switch from '@mui/material/Switch';
import { useId, useState } from 'react';
import { Choice, ToggleChip } from '../../../ui/controls';
import { BellIcon } from '../../../ui/icons';
import { TEXT } from '../../../ui/theme';
import { SIZES } from '../sizes';
import { playChime } from './chime';
import { changeSignalChoice, useSignalChoice } from './choice';
import { type Permission, askForPermission, mayNotify } from './notification';

const Sheet = styled('div')(({ theme }) => ({
  display: 'grid',
  gap: 12,
  padding: 16,
  width: 300,
  fontSize: TEXT.body,
  '& .line': { display: 'flex', alignItems: 'center', justifyContent: 'space-between' },
  '& p': { margin: 0, fontSize: TEXT.small, color: theme.vars.palette.text.secondary },
  '& [role="alert"]': { color: theme.vars.palette.warning.main },
}));

const REFUSALS: Record<Exclude<Permission, 'granted'>, string> = {
  denied: 'This browser does not let Spyhop notify you. Allow it in the settings of this site.',
  unsupported: 'This browser cannot show notifications.',
};

interface SwitchLineProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

function SwitchLine({ label, checked, onChange }: SwitchLineProps) {
  const id = useId();
  return (
    <div className="line">
      <label htmlFor={id}>{label}</label>
      <Switch
        id={id}
        size="small"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
    </div>
  );
}

function Signals() {
  const { sound, notification, minUsd } = useSignalChoice();
  const [refusal, setRefusal] = useState<string | null>(
    notification && !mayNotify() ? REFUSALS.denied : null,
  );
  const setNotification = async (wanted: boolean) => {
    const permission = wanted ? await askForPermission() : 'granted';
    setRefusal(permission === 'granted' ? null : REFUSALS[permission]);
    changeSignalChoice({ notification: wanted && permission === 'granted' });
  };
  return (
    <Sheet>
      <SwitchLine
        label="Sound"
        checked={sound}
        onChange={(wanted) => {
          changeSignalChoice({ sound: wanted });
          if (wanted) playChime();
        }}
      />
      <SwitchLine
        label="Browser notification"
        checked={notification}
        onChange={(wanted) => void setNotification(wanted)}
      />
      {refusal !== null && <p role="alert">{refusal}</p>}
      <div className="line">
        <span>For whales of</span>
        <Choice
          label="Least worth of a whale that is signalled"
          value={minUsd}
          choices={SIZES}
          onChange={(value) => changeSignalChoice({ minUsd: value })}
        />
      </div>
      <p>While Spyhop is open in a tab, on any of its pages. Kept in this browser.</p>
    </Sheet>
  );
}

/** Lets people be told of whales while they look elsewhere. */
export function SignalsButton() {
  const { sound, notification } = useSignalChoice();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <ToggleChip
        type="button"
        aria-haspopup="dialog"
        aria-expanded={anchor !== null}
        aria-pressed={sound || notification}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        <BellIcon width={16} height={16} />
        Signals
      </ToggleChip>
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        transitionDuration={0}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
        transformOrigin={{ vertical: 'top', horizontal: 'right' }}
        slotProps={{ paper: { role: 'dialog', 'aria-label': 'Signals', sx: { mt: 0.5 } } }}
      >
        <Signals />
      </Popover>
    </>
  );
}
