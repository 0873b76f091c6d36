import { styled } from '@mui/material/styles';
import { useState } from 'react';
import { graphql } from '../../../generated/gql';
import type { PatternCard_WhalePatternFragment as Pattern } from '../../../generated/graphql';
import { TEXT } from '../../../ui/theme';
import type { AssetPath } from '../feed/WhaleRow';
import { WhaleList } from '../WhaleList';
import { PatternFacts } from './PatternFacts';

graphql(`
  fragment PatternCard_whalePattern on WhalePattern {
    id
    ...PatternFacts_whalePattern @unmask
    transactions(first: 10) {
      ...WhaleRow_whaleTransaction @unmask
    }
  }
`);

const Card = styled('li')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    display: 'grid',
    gap: 8,
    minWidth: 0,
    padding: '12px 16px',
    fontSize: TEXT.body,
    background: palette.background.paper,
    border: `1px solid ${palette.divider}`,
    borderRadius: 6,
    '& .members': {
      justifySelf: 'start',
      padding: 0,
      font: 'inherit',
      color: palette.primary.main,
      background: 'none',
      border: 0,
      cursor: 'pointer',
    },
  };
});

interface PatternCardProps {
  pattern: Pattern;
  toAsset: AssetPath;
}

/** A pattern: the rule that fired, its numbers, and the transactions that made it fire. */
export function PatternCard({ pattern, toAsset }: PatternCardProps) {
  const { rule, transactions } = pattern;
  const [isOpen, setOpen] = useState(false);
  const count = transactions.length;
  return (
    <Card data-rule={rule}>
      <PatternFacts {...{ pattern, toAsset }} Heading="h2" />
      {count > 0 && (
        <button
          type="button"
          className="members"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? 'Hide' : 'Show'}{' '}
          {count === 1 ? 'its transaction' : `its ${count} largest transactions`}
        </button>
      )}
      {isOpen && (
        <WhaleList label="Transactions of the pattern" whales={transactions} toAsset={toAsset} />
      )}
    </Card>
  );
}
