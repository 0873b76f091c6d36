import { LabelSource } from './LabelSource';
import { calledOf, labelOf, type Party } from './parties';

interface WhoSaysProps {
  /** With what the viewer calls it. */
  party: Party;
  /** Of the transaction that it takes part in. */
  sources: readonly string[];
}

/** On whose word somebody is who they are said to be. */
export function WhoSays({ party, sources }: WhoSaysProps) {
  const label = labelOf(party);
  if (label) return <LabelSource label={label} />;
  return (
    <p className="quiet">
      {calledOf(party) === null
        ? 'Nobody says whose it is.'
        : `Named by the source of the transaction: ${sources.join(', ')}.`}
    </p>
  );
}
