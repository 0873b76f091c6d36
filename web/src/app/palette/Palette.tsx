import Dialog from '@mui/material/Dialog';
import { styled } from '@mui/material/styles';
import { Fragment, useState, type KeyboardEvent } from 'react';
import { useNavigate } from 'react-router';
import { assetPath } from '../../features/market/asset-path';
import { FoundAssetFigures } from '../../features/market/search/FoundAssetFigures';
import { useAssetSearch } from '../../features/market/search/useAssetSearch';
import { useSessionState } from '../../features/users/session/session-context';
import { useMe } from '../../features/users/useMe';
import { SearchIcon } from '../../ui/icons';
import { changeDevicePreferences, changePreferences, usePreferences } from '../../ui/preferences';
import { TEXT } from '../../ui/theme';
import { useScheme } from '../../ui/useScheme';
import { allCommands, matchingCommands, type Command } from './commands';

const Frame = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    display: 'grid',
    gridTemplateRows: 'auto minmax(0, 1fr)',
    maxHeight: 'min(560px, 80dvh)',
    '& .field': {
      display: 'flex',
      alignItems: 'center',
      gap: 10,
      padding: '0 16px',
      color: palette.text.secondary,
      borderBottom: `1px solid ${palette.divider}`,
    },
    '& input': {
      flex: 1,
      height: 48,
      font: 'inherit',
      fontSize: TEXT.title,
      color: palette.text.primary,
      background: 'none',
      border: 0,
      outline: 'none',
    },
    '& .finds': { overflow: 'auto', padding: 8, minHeight: 120 },
    '& .group': { padding: '8px 8px 4px', fontSize: TEXT.small, color: palette.text.secondary },
    '& [role="option"]': {
      display: 'flex',
      alignItems: 'center',
      gap: 8,
      height: 36,
      paddingInline: 8,
      borderRadius: 6,
      fontSize: TEXT.body,
      cursor: 'pointer',
    },
    '& [aria-selected="true"]': { background: palette.surface.high },
    '& .name': { flex: 1, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
    '& .none': { padding: 24, textAlign: 'center', color: palette.text.secondary },
  };
});

type Find =
  | { kind: 'asset'; id: string; group: string; symbol: string; name: string }
  | { kind: 'command'; id: string; group: string; command: Command };

function useFinds(text: string, commands: readonly Command[]) {
  const { assets, error } = useAssetSearch(text);
  const group = text.trim() === '' ? 'Trending' : 'Assets';
  const finds: Find[] = [
    ...assets.map(({ symbol, name }): Find => ({
      kind: 'asset',
      id: `asset-${symbol}`,
      group,
      symbol,
      name,
    })),
    ...matchingCommands(commands, text).map((command): Find => ({
      kind: 'command',
      id: command.id,
      group: command.group,
      command,
    })),
  ];
  return { finds, error };
}

function FindLine({ find }: { find: Find }) {
  if (find.kind === 'command') return <span className="name">{find.command.title}</span>;
  return (
    <>
      <strong>{find.symbol}</strong>
      <span className="name quiet">{find.name}</span>
      <FoundAssetFigures symbol={find.symbol} />
    </>
  );
}

interface PaletteProps {
  onClose: () => void;
  onHelp: () => void;
}

function useCommands(onHelp: () => void): Command[] {
  const navigate = useNavigate();
  const { density, swapColours } = usePreferences();
  const scheme = useScheme();
  const me = useMe();
  const role = me?.roles.includes('ADMIN') ? 'admin' : 'user';
  return allCommands({
    viewer: useSessionState().status === 'signed-in' ? role : 'nobody',
    go: (path) => void navigate(path),
    openApi: () => window.open('/graphql', '_blank', 'noreferrer'),
    showKeys: onHelp,
    scheme,
    // What could not be kept is not shown either.
    setScheme: (theme) => void changePreferences({ theme }).catch(() => undefined),
    density,
    setDensity: (next) => changeDevicePreferences({ density: next }),
    swapColours,
    setSwapColours: (next) => changeDevicePreferences({ swapColours: next }),
  });
}

/** Search over assets, pages and actions; arrows choose, Enter opens. */
export default function Palette({ onClose, onHelp }: PaletteProps) {
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const { finds, error } = useFinds(text, useCommands(onHelp));
  const current = finds[Math.min(chosen, finds.length - 1)];

  const open = (find: Find) => {
    onClose();
    if (find.kind === 'asset') void navigate(assetPath(find.symbol));
    else find.command.run();
  };
  const move = (step: number) => {
    const next = (Math.min(chosen, finds.length - 1) + step + finds.length) % finds.length;
    setChosen(next);
    document.getElementById(finds[next]?.id ?? '')?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && current) open(current);
    else if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else return;
    event.preventDefault();
  };

  return (
    <Dialog
      open
      onClose={onClose}
      aria-label="Search"
      transitionDuration={0}
      fullWidth
      maxWidth="sm"
      slotProps={{
        container: { sx: { alignItems: 'flex-start', pt: { xs: 0, sm: '10vh' } } },
        paper: { sx: { m: { xs: 1, sm: 4 }, width: '100%' } },
      }}
    >
      <Frame>
        <div className="field">
          <SearchIcon />
          <input
            autoFocus
            role="combobox"
            aria-expanded="true"
            aria-controls="palette-finds"
            aria-activedescendant={current?.id}
            aria-label="Search assets, pages and actions"
            placeholder="Search assets, pages and actions"
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setChosen(0);
            }}
            onKeyDown={onKeyDown}
          />
        </div>
        <div className="finds" id="palette-finds" role="listbox" aria-label="Finds">
          {finds.map((find, index) => (
            <Fragment key={find.id}>
              {find.group !== finds[index - 1]?.group && (
                <div className="group" role="presentation">
                  {find.group}
                </div>
              )}
              <div
                id={find.id}
                role="option"
                aria-selected={find === current}
                onClick={() => open(find)}
                onPointerMove={() => setChosen(index)}
              >
                <FindLine find={find} />
              </div>
            </Fragment>
          ))}
          {error !== undefined && (
            <p className="none">Assets cannot be searched just now. Pages and actions work.</p>
          )}
          {finds.length === 0 && error === undefined && (
            <p className="none">Nothing fits “{text}”. Try a symbol such as BTC.</p>
          )}
        </div>
      </Frame>
    </Dialog>
  );
}
