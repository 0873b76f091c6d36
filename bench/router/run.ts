/* `npm run bench:router`: what the router does, beside its peers and beside what nobody can beat. */
import { runBenches } from '../runner.ts';

const benches = [
  'queries',
  'fan-out',
  'watchlists',
  'idle-memory',
  'stalled',
  'soak',
  'cold-plan',
  'tokens',
];

await runBenches({ folder: import.meta.dirname, benches }, process.argv.slice(2));
