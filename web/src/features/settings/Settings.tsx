import Popover from '@mui/material/Popover';
import { styled, useColorScheme } from '@mui/material/styles';
import Switch from '@mui/material/Switch';
import { useId, type ReactNode } from 'react';
import { Choice, Segmented } from '../../ui/controls';
import { changePreferences, usePreferences } from '../../ui/preferences';
import { TEXT } from '../../ui/theme';
import { useFormats } from '../../ui/useFormats';

const Sheet = styled('div')(({ theme }) => ({
  display: 'grid',
  gap: 14,
  padding: 16,
  width: 300,
  fontSize: TEXT.body,
  '& .setting': { display: 'grid', gap: 6 },
  '& .line': { display: 'flex', alignItems: 'center', justifyContent: 'space-between' },
  '& .label': { color: theme.vars.palette.text.secondary, fontSize: TEXT.small },
  '& select': { width: '100%' },
}));

type Mode = 'system' | 'dark' | 'light';

const MODES: readonly { value: Mode; label: string }[] = [
  { value: 'system', label: 'System' },
  { value: 'dark', label: 'Dark' },
  { value: 'light', label: 'Light' },
];

const DENSITIES = [
  { value: 'comfortable', label: 'Comfortable' },
  { value: 'dense', label: 'Dense' },
] as const;

/** Stands for the browser's own choice in a list. */
const OWN = '';

const LOCALES = [
  { value: OWN, label: 'As the browser' },
  { value: 'en-US', label: '1,234.56 (English, US)' },
  { value: 'en-GB', label: '1,234.56 (English, UK)' },
  { value: 'de-DE', label: '1.234,56 (German)' },
  { value: 'de-CH', label: '1’234.56 (German, Switzerland)' },
  { value: 'fr-FR', label: '1 234,56 (French)' },
  { value: 'es-ES', label: '1234,56 (Spanish)' },
  { value: 'en-IN', label: '12,34,567.89 (English, India)' },
  { value: 'ja-JP', label: '1,234.56 (Japanese)' },
];

function timeZones(chosen: string | null) {
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = ['UTC', ...Intl.supportedValuesOf('timeZone')];
  const all = chosen === null || known.includes(chosen) ? known : [chosen, ...known];
  return [
    { value: OWN, label: `As the browser (${own})` },
    ...[...new Set(all)].map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') })),
  ];
}

function Setting({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="setting">
      <span className="label">{label}</span>
      {children}
    </div>
  );
}

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
        onChange={(event) => changePreferences({ swapColours: event.target.checked })}
      />
    </div>
  );
}

interface SettingsProps {
  anchor: HTMLElement;
  onClose: () => void;
}

/** How things look; kept in this browser. */
export default function Settings({ anchor, onClose }: SettingsProps) {
  const { mode = 'system', setMode } = useColorScheme();
  const preferences = usePreferences();
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
        <Setting label="Theme">
          <Segmented label="Theme" value={mode} choices={MODES} onChange={setMode} />
        </Setting>
        <Setting label="Table rows">
          <Segmented
            label="Table rows"
            value={preferences.density}
            choices={DENSITIES}
            onChange={(density) => changePreferences({ density })}
          />
        </Setting>
        <SwapColours swapped={preferences.swapColours} />
        <Setting label="Numbers and dates">
          <Choice
            label="Numbers and dates"
            value={preferences.numberLocale ?? OWN}
            choices={LOCALES}
            onChange={(locale) => changePreferences({ numberLocale: locale || null })}
          />
        </Setting>
        <Setting label="Time zone">
          <Choice
            label="Time zone"
            value={preferences.timeZone ?? OWN}
            choices={timeZones(preferences.timeZone)}
            onChange={(timeZone) => changePreferences({ timeZone: timeZone || null })}
          />
        </Setting>
      </Sheet>
    </Popover>
  );
}
