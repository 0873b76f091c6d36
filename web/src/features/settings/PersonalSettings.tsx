import { Choice, Segmented } from '../../ui/controls';
import { usePreferences } from '../../ui/preferences';
import { CurrencySetting } from './CurrencySetting';
import { OWN, THEMES, locales, timeZones } from './choices';
import { Setting } from './Setting';
import type { useKeeping } from './useKeeping';

interface PersonalProps extends ReturnType<typeof useKeeping> {
  /** What each choice comes to, for where there is room to say so. */
  hints?: { theme: string; numberLocale: string; timeZone: string };
}

/** What follows a person and is set in two places: theme, numbers, time zone, currency. */
export function PersonalSettings({ hints, ...keeping }: PersonalProps) {
  const { kept, change } = keeping;
  const { theme, numberLocale, timeZone } = usePreferences();
  const of = (name: string) => (kept?.of === name ? kept : null);
  return (
    <>
      <Setting label="Theme" hint={hints?.theme} kept={of('theme')}>
        <Segmented
          label="Theme"
          value={theme}
          choices={THEMES}
          onChange={(value) => change('theme', value)}
        />
      </Setting>
      <Setting label="Numbers and dates" hint={hints?.numberLocale} kept={of('numberLocale')}>
        <Choice
          label="Numbers and dates"
          value={numberLocale ?? OWN}
          choices={locales(numberLocale)}
          onChange={(value) => change('numberLocale', value || null)}
        />
      </Setting>
      <Setting label="Time zone" hint={hints?.timeZone} kept={of('timeZone')}>
        <Choice
          label="Time zone"
          value={timeZone ?? OWN}
          choices={timeZones(timeZone)}
          onChange={(value) => change('timeZone', value || null)}
        />
      </Setting>
      <CurrencySetting {...keeping} />
    </>
  );
}
