import { useNamed } from '../own-labels';
import { type Party, calledOf, labelOf, nameOf, walletOf } from '../parties';

type OnChip = (party: Party, anchor: HTMLElement) => void;

function Chip({ party: told, onParty }: { party: Party; onParty: OnChip }) {
  const party = useNamed(told);
  const wallet = walletOf(party);
  const isKnown = calledOf(party) !== null;
  const text = (
    <>
      {nameOf(party)}
      {isKnown && wallet !== null && <span className="wallet"> {wallet}</span>}
    </>
  );
  // There is nothing more to say of somebody without a name and an address.
  if (!isKnown && party.address === null) return <span className="chip quiet">{text}</span>;
  return (
    <button
      type="button"
      className={isKnown ? 'chip known' : 'chip number'}
      data-own={party.ownLabel !== undefined}
      aria-haspopup="dialog"
      title={[labelOf(party)?.name, wallet, party.address].filter(Boolean).join(' · ')}
      onClick={(event) => onParty(told, event.currentTarget)}
    >
      {text}
    </button>
  );
}

interface PartiesProps {
  parties: readonly Party[];
  /** What stands there where there are none. */
  none: string;
  onParty: OnChip;
}

const isNamed = (party: Party): boolean => calledOf(party) !== null;
/** More names help nobody. */
const MOST_NAMES = 20;

function Others({ parties }: { parties: readonly Party[] }) {
  const names = parties.slice(0, MOST_NAMES).map(nameOf);
  const title = [...names, ...(parties.length > MOST_NAMES ? ['…'] : [])].join(', ');
  return (
    <span className="quiet" title={title}>
      {' '}
      +{parties.length}
    </span>
  );
}

/** Those of one side of a move: the first that somebody has a name for, and how many more. */
export function Parties({ parties, none, onParty }: PartiesProps) {
  const [first, ...others] = [
    ...parties.filter(isNamed),
    ...parties.filter((party) => !isNamed(party)),
  ];
  if (!first) return <span className="quiet">{none}</span>;
  return (
    <>
      <Chip party={first} onParty={onParty} />
      {others.length > 0 && <Others parties={others} />}
    </>
  );
}
