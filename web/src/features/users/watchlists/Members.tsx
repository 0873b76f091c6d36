import { useApolloClient } from '@apollo/client/react';
import Button from '@mui/material/Button';
import { styled } from '@mui/material/styles';
import { useState } from 'react';
import { Link } from 'react-router';
import { graphql } from '../../../generated/gql';
import { IconAction } from '../../../ui/controls';
import { errorCode } from '../../../ui/error-code';
import { Field, Notice } from '../../../ui/form';
import { BackIcon, CloseIcon } from '../../../ui/icons';
import { TEXT } from '../../../ui/theme';
import { useForm } from '../../../ui/useForm';
import { useRemoval, type Removal } from '../../../ui/useRemoval';
import type { OwnWatchlist } from './documents';
import { dragging, movingByKeys, useMoves } from './moving';
import { useAssetOrder } from './useAssetOrder';

const KNOWN_ASSET = graphql(`
  query KnownAsset($symbol: ID!) {
    asset(symbol: $symbol) {
      symbol
    }
  }
`);

const Frame = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    flexBasis: '100%',
    display: 'grid',
    gap: 12,
    minWidth: 0,
    '& ul': {
      display: 'flex',
      flexWrap: 'wrap',
      gap: 6,
      margin: 0,
      padding: 0,
      listStyle: 'none',
    },
    '& ul li': {
      display: 'inline-flex',
      alignItems: 'center',
      height: 32,
      cursor: 'grab',
      border: `1px solid ${palette.divider}`,
      borderRadius: 6,
    },
    '& ul a': { color: palette.text.primary, fontWeight: 500, textDecoration: 'none' },
    '& ul a:hover': { textDecoration: 'underline' },
    '& form': {
      display: 'grid',
      gridTemplateColumns: 'minmax(0, 280px) auto',
      gap: 8,
      justifyContent: 'start',
      fontSize: TEXT.body,
    },
    // In line with the field, whose label is above and whose note is below.
    '& form button': { alignSelf: 'start', marginTop: 23, height: 36 },
  };
});

interface MembersProps {
  list: OwnWatchlist;
  onPut: (symbol: string, isIn: boolean) => void;
}

function memberFault(symbol: string, { symbols, name }: OwnWatchlist): string | undefined {
  if (!/^[A-Z0-9]{1,20}$/.test(symbol)) return 'Enter a symbol such as BTC.';
  return symbols.includes(symbol) ? `${symbol} is on “${name}” already.` : undefined;
}

const symbolIn = (text: string) => text.trim().toUpperCase();

function AddMember({ list, onPut }: MembersProps) {
  const client = useApolloClient();
  const [unknown, setUnknown] = useState<string>();
  const { field, form, pending, failure, reset } = useForm({
    initial: { symbol: '' },
    check: (values) => {
      const symbol = symbolIn(values.symbol);
      const fault = symbol === unknown ? 'No asset of that symbol is tracked here.' : undefined;
      return { symbol: memberFault(symbol, list) ?? fault };
    },
    submit: async (values) => {
      const symbol = symbolIn(values.symbol);
      try {
        await client.query({ query: KNOWN_ASSET, variables: { symbol }, fetchPolicy: 'no-cache' });
      } catch (error) {
        if (errorCode(error) !== 'NOT_FOUND') throw error;
        return setUnknown(symbol);
      }
      onPut(symbol, true);
      reset();
    },
  });
  return (
    <form {...form} aria-label={`Add to ${list.name}`}>
      <Field
        {...field('symbol')}
        label="Add an asset"
        placeholder="Symbol"
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={20}
      />
      <Button type="submit" variant="outlined" aria-disabled={pending}>
        Add
      </Button>
      {failure !== undefined && <Notice tone="fault">{failure}</Notice>}
    </form>
  );
}

function OrderedMembers({ list, onPut, removal }: MembersProps & { removal: Removal }) {
  const { symbols, move, failure } = useAssetOrder(list);
  const { frame, told, onMove } = useMoves(symbols, move);
  const takeOff = (symbol: string) =>
    void removal.remove(symbol, `${symbol} is off ${list.name}.`, async () => onPut(symbol, false));
  return (
    <>
      {failure !== undefined && <Notice tone="fault">{failure}</Notice>}
      <ul ref={frame} aria-label={`Assets of ${list.name}`}>
        {symbols.map((symbol, place) => (
          <li
            key={symbol}
            data-asset={symbol}
            onKeyDown={movingByKeys(place, onMove)}
            {...dragging('asset', place, onMove)}
          >
            <IconAction
              label={`Move ${symbol} forward`}
              aria-disabled={place === 0}
              onClick={() => onMove(place, place - 1)}
            >
              <BackIcon width={14} height={14} />
            </IconAction>
            <Link to={`/asset/${symbol}`} draggable={false}>
              {symbol}
            </Link>
            <IconAction
              {...removal.removes(symbol)}
              label={`Take ${symbol} off ${list.name}`}
              onClick={() => takeOff(symbol)}
            >
              <CloseIcon width={14} height={14} />
            </IconAction>
          </li>
        ))}
      </ul>
      <span className="visually-hidden" aria-live="polite">
        {told}
      </span>
    </>
  );
}

/** The assets of a list, to put in order, to take off and to add to. */
export function Members(props: MembersProps) {
  const { id, symbols } = props.list;
  const removal = useRemoval(`asset of ${id}`);
  return (
    <Frame>
      {symbols.length > 0 && <OrderedMembers {...props} removal={removal} />}
      {removal.told}
      <AddMember {...props} />
    </Frame>
  );
}
