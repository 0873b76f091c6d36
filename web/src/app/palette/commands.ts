import { ACCOUNT_PAGES, ADMIN_PAGES } from '../../features/users/account/account-pages';
import { PLACES } from '../../features/users/places';
import { WHALE_PAGES } from '../../features/whales/whale-pages';
import type { Density } from '../../ui/preferences';

/** Something the palette can do that is not an asset. */
export interface Command {
  id: string;
  group: 'Pages' | 'Actions';
  title: string;
  run: () => void;
}

/** What commands act on. */
export interface CommandContext {
  /** Whether somebody is signed in, and may look after all accounts. */
  viewer: 'nobody' | 'user' | 'admin';
  go: (path: string) => void;
  openApi: () => void;
  showKeys: () => void;
  scheme: 'dark' | 'light';
  setScheme: (scheme: 'dark' | 'light') => void;
  density: Density;
  setDensity: (density: Density) => void;
  swapColours: boolean;
  setSwapColours: (swapped: boolean) => void;
}

const titled = (group: string, pages: readonly { path: string; title: string }[]) =>
  pages.map(({ path, title }) => ({ path, title: `${group}: ${title}` }));

const WHALES = WHALE_PAGES.map(({ path, label }) => ({
  path,
  title: path === '/whales' ? 'Whales' : `Whales: ${label}`,
}));

/** The pages that someone gets to. */
function pagesOf(viewer: CommandContext['viewer']): readonly { path: string; title: string }[] {
  if (viewer === 'nobody') {
    const { signIn, register } = PLACES;
    return [
      ...WHALES,
      { path: signIn, title: 'Sign in' },
      { path: register, title: 'Create an account' },
    ];
  }
  const own = [...WHALES, ...titled('Account', ACCOUNT_PAGES)];
  return viewer === 'admin' ? [...own, ...titled('Administration', ADMIN_PAGES)] : own;
}

/** All pages and actions, in the order in which an empty search lists them. */
export function allCommands(context: CommandContext): Command[] {
  const otherScheme = context.scheme === 'dark' ? 'light' : 'dark';
  const otherDensity = context.density === 'dense' ? 'comfortable' : 'dense';
  const page = (id: string, title: string, run: () => void): Command => ({
    id,
    group: 'Pages',
    title,
    run,
  });
  const action = (id: string, title: string, run: () => void): Command => ({
    id,
    group: 'Actions',
    title,
    run,
  });
  return [
    page('markets', 'Markets', () => context.go('/')),
    page('watchlist', 'Watchlist', () => context.go('/?list=watchlist')),
    ...pagesOf(context.viewer).map(({ path, title }) => page(path, title, () => context.go(path))),
    page('gainers', 'Gainers of the last 24 hours', () =>
      context.go('/?show=gainers&sort=-change24h'),
    ),
    page('losers', 'Losers of the last 24 hours', () => context.go('/?show=losers&sort=change24h')),
    page('api', 'GraphQL API', context.openApi),
    action('scheme', `Use the ${otherScheme} theme`, () => context.setScheme(otherScheme)),
    action('density', `Use ${otherDensity} table rows`, () => context.setDensity(otherDensity)),
    action('swap', 'Swap the colours of rise and fall', () =>
      context.setSwapColours(!context.swapColours),
    ),
    action('keys', 'Show the keys', context.showKeys),
  ];
}

/** The commands whose title contains every word of the text. */
export function matchingCommands(commands: readonly Command[], text: string): Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return commands.filter(({ title }) => words.every((word) => title.toLowerCase().includes(word)));
}
