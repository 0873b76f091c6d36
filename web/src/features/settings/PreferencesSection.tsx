import { CANDLE_INTERVALS } from '../../ui/candle-intervals';
import { Segmented } from '../../ui/controls';
import { usePreferences } from '../../ui/preferences';
import { Section } from '../../ui/sections';
import { useFormats } from '../../ui/useFormats';
import { PersonalSettings } from './PersonalSettings';
import { Setting } from './Setting';
import { useKeeping } from './useKeeping';

const EXAMPLE = '61837.64';
const ABOUT =
  'They follow you to every device, and count at once. Row height and the colours of rise and fall stay with each browser: you find them under Settings, above.';

/** How things look for whoever is signed in, wherever they are. */
export function PreferencesSection() {
  const { defaultInterval } = usePreferences();
  const formats = useFormats();
  const keeping = useKeeping();
  const { kept, change } = keeping;
  const of = (name: string) => (kept?.of === name ? kept : null);
  const hints = {
    theme: 'System goes with the device, day and night.',
    numberLocale: `A price is ${formats.price(EXAMPLE)}.`,
    timeZone: `It is ${formats.dateTime(Date.now())} now.`,
  };
  return (
    <Section title="Preferences" about={ABOUT}>
      <PersonalSettings {...keeping} hints={hints} />
      <Setting
        label="Candles at first"
        hint="How long a candle is when you open the chart of an asset."
        kept={of('defaultInterval')}
      >
        <Segmented
          label="Candles at first"
          value={defaultInterval}
          choices={CANDLE_INTERVALS}
          onChange={(value) => change('defaultInterval', value)}
        />
      </Setting>
    </Section>
  );
}
