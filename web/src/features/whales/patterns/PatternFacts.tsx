import { styled } from '@mui/material/styles';
import { Link } from 'react-router';
import { graphql } from '../../../generated/gql';
import type { PatternFacts_WhalePatternFragment as Pattern } from '../../../generated/graphql';
import { Amount, Worth } from '../../../ui/figures';
import { Figure, FigureList } from '../../../ui/FigureList';
import { TEXT } from '../../../ui/theme';
import { useFormats } from '../../../ui/useFormats';
import { useMoney } from '../../../ui/useMoney';
import type { AssetPath } from '../feed/WhaleRow';
import { PATTERN_RULES } from './rules';

graphql(`
  fragment PatternFacts_whalePattern on WhalePattern {
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
  }
`);

const Frame = styled('div')(({ theme }) => ({
  display: 'grid',
  gap: 8,
  minWidth: 0,
  '& .head': { display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', gap: '4px 12px' },
  '& :is(h2, h3)': { margin: 0, fontSize: TEXT.title, fontWeight: 600 },
  '& .score': { marginInlineStart: 'auto' },
  // Names stay beside their figures, however few there are.
  '& dl': { gridTemplateColumns: 'repeat(auto-fill, minmax(200px, 1fr))', columnGap: 40 },
  '& p': { margin: 0, overflowWrap: 'anywhere' },
  '& a': { color: theme.vars.palette.primary.main },
}));

/** A small whole number, which stands as it is. */
const COUNT = /^\d{1,3}$/;
/** How the API's name of an amount of US dollars ends. */
const OF_DOLLARS = /(^u|U)sd$/;

/** How it ends for a length of time. */
const OF_TIME = /(Days|Hours)$/;

/** The name of a figure, as the API has it, for people: medianUsd is Median, USD or Median, EUR; ageDays is Age, days. */
function figureWords(name: string, currency: string): string {
  const unit = OF_DOLLARS.test(name) ? currency : OF_TIME.exec(name)?.[0].toLowerCase();
  const bare = name.replace(OF_DOLLARS, '').replace(OF_TIME, '') || 'worth';
  const words = bare.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const title = words.charAt(0).toUpperCase() + words.slice(1);
  return unit === undefined ? title : `${title}, ${unit}`;
}

/** A figure as the API names it, dollars in the person's currency. */
function FigureValue({ name, value }: { name: string; value: string }) {
  if (OF_DOLLARS.test(name)) return <Worth dollars={value} />;
  return COUNT.test(value) ? value : <Amount text={value} />;
}

interface PatternFactsProps {
  pattern: Pick<Pattern, 'rule' | 'symbol' | 'time' | 'score' | 'explanation' | 'figures'>;
  toAsset: AssetPath;
  /** How deep its title stands. */
  Heading: 'h2' | 'h3';
}

/** A pattern: the rule that fired, and its numbers. */
export function PatternFacts({ pattern, toAsset, Heading }: PatternFactsProps) {
  const { rule, symbol, time, score, explanation, figures } = pattern;
  const formats = useFormats();
  const { currency } = useMoney();
  return (
    <Frame>
      <div className="head">
        <Heading>
          {PATTERN_RULES[rule]}: <Link to={toAsset(symbol)}>{symbol}</Link>
        </Heading>
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
    </Frame>
  );
}
