import { styled } from '@mui/material/styles';
import { TEXT } from '../../../ui/theme';
import { activityGrid, levelOf, type ActivityCell } from './heat-map';

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
/** Every so many hours one is named. */
const NAMED_EVERY = 6;
const STRENGTHS = [0, 0.25, 0.5, 0.75, 1];

const Frame = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  const levels = STRENGTHS.map((strength, level) => [
    `& [data-level="${level}"] i`,
    level === 0
      ? { background: palette.surface.high }
      : { background: palette.primary.main, opacity: strength },
  ]);
  return {
    overflow: 'auto',
    '& table': { width: '100%', tableLayout: 'fixed', borderSpacing: 2, fontSize: TEXT.small },
    '& th': { fontWeight: 400, textAlign: 'start', color: palette.text.secondary, padding: 0 },
    '& th:first-of-type': { width: 36 },
    '& thead th': { overflow: 'visible', whiteSpace: 'nowrap' },
    '& td': { padding: 0 },
    '& i': { display: 'block', height: 18, borderRadius: 2 },
    ...Object.fromEntries(levels),
  };
});

const twoDigits = (hour: number) => String(hour).padStart(2, '0');
const counted = (count: number) => (count === 1 ? '1 transaction' : `${count} transactions`);

/** When a wallet is active: weekday by hour, UTC; the darker, the more. */
export function HeatMap({ cells }: { cells: readonly ActivityCell[] }) {
  const grid = activityGrid(cells);
  const most = Math.max(...grid.flat());
  return (
    <Frame tabIndex={0} role="region" aria-label="Activity by weekday and hour, UTC">
      <table>
        <thead>
          <tr>
            <th>
              <span className="visually-hidden">Weekday</span>
            </th>
            {HOURS.map((hour) => (
              <th key={hour} scope="col" className="number">
                {hour % NAMED_EVERY === 0 ? (
                  twoDigits(hour)
                ) : (
                  <span className="visually-hidden">{twoDigits(hour)}</span>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {grid.map((day, index) => (
            <tr key={WEEKDAYS[index]}>
              <th scope="row">{WEEKDAYS[index]?.slice(0, 3)}</th>
              {day.map((count, hour) => (
                <td
                  key={hour}
                  data-level={levelOf(count, most)}
                  title={`${WEEKDAYS[index]} ${twoDigits(hour)}:00 UTC: ${counted(count)}`}
                >
                  <i />
                  <span className="visually-hidden">{count}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Frame>
  );
}
