import { styled } from '@mui/material/styles';
import { useState } from 'react';
import { Link } from 'react-router';
import { graphql } from '../../../generated/gql';
import type { PatternCard_WhalePatternFragment as Pattern } from '../../../generated/graphql';
import { Amount, Worth } from '../../../ui/figures';
import { Figure, FigureList } from '../../../ui/FigureList';
import { TEXT } from '../../../ui/theme';
import { useFormats } from '../../../ui/useFormats';
import { useMoney } from '../../../ui/useMoney';
import type { AssetPath } from '../feed/WhaleRow';
import { WhaleList } from '../WhaleList';
import { PATTERN_RULES } from './rules';

graphql(`
  fragment PatternCard_whalePattern on WhalePattern {
    id
    rule
    symbol
    time
    score
    explanation
    figures {
      name
      value
    }
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
    '& .head': { display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', gap: '4px 12px' },
    '& h2': { margin: 0, fontSize: TEXT.title, fontWeight: 600 },
    '& .score': { marginInlineStart: 'auto' },
    '& p': { margin: 0 },
    '& a': { color: palette.primary.main },
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

/** A small whole number, which stands as it is. */
const COUNT = /^\d{1,3}$/;
/** How the API's name of an amount of US dollars ends. */
const OF_DOLLARS = /(^u|U)sd$/;

/** The name of a figure, as the API has it, for people: medianUsd is Median USD, or Median EUR; usd alone is the currency. */
function figureWords(name: string, currency: string): string {
  const bare = name.replace(OF_DOLLARS, '');
  const words = bare.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const title = words.charAt(0).toUpperCase() + words.slice(1);
  return bare === name ? title : `${title} ${currency}`.trim();
}

/** A figure as the API names it, dollars in the person's currency. */
function FigureValue({ name, value }: { name: string; value: string }) {
  if (OF_DOLLARS.test(name)) return <Worth dollars={value} />;
  return COUNT.test(value) ? value : <Amount text={value} />;
}

interface PatternCardProps {
  pattern: Pattern;
  toAsset: AssetPath;
}

/** A pattern: the rule that fired, its numbers, and the transactions that made it fire. */
export function PatternCard({ pattern, toAsset }: PatternCardProps) {
  const { rule, symbol, time, score, explanation, figures, transactions } = pattern;
  const [isOpen, setOpen] = useState(false);
  const formats = useFormats();
  const { currency } = useMoney();
  const count = transactions.length;
  return (
    <Card data-rule={rule}>
      <div className="head">
        <h2>
          {PATTERN_RULES[rule]} of <Link to={toAsset(symbol)}>{symbol}</Link>
        </h2>
        <span className="quiet number">{formats.dateTime(Date.parse(time))}</span>
        <span
          className="score number"
          title="How far it lies from what is usual for this asset, by its own history"
        >
          <span className="quiet">Score</span> {formats.number(score, 2)}
        </span>
      </div>
      <p>{explanation}</p>
      <FigureList>
        {figures.map(({ name, value }) => (
          <Figure key={name} name={figureWords(name, currency)}>
            <FigureValue {...{ name, value }} />
          </Figure>
        ))}
      </FigureList>
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
        <WhaleList label={`Transactions of the pattern`} whales={transactions} toAsset={toAsset} />
      )}
    </Card>
  );
}
