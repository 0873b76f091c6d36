import { styled } from '@mui/material/styles';
import type { WhaleDetailsQuery } from '../../../generated/graphql';
import { TEXT } from '../../../ui/theme';
import { useFormats } from '../../../ui/useFormats';
import { confirmationsOf, isUndone, STATUS_EXPLANATIONS, STATUS_NAMES } from '../status';
import { lifeOf } from './life';
import { WhaleLink } from './WhaleLink';

const Frame = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    display: 'grid',
    gap: 6,
    '& ol': { display: 'flex', flexWrap: 'wrap', gap: 8, margin: 0, padding: 0, listStyle: 'none' },
    '& li': { display: 'flex', alignItems: 'center', gap: 8, color: palette.text.secondary },
    '& li + li::before': { content: '"→"', color: palette.text.secondary },
    '& [aria-current]': {
      paddingInline: 8,
      lineHeight: '22px',
      fontSize: TEXT.small,
      fontWeight: 500,
      color: palette.primary.main,
      border: '1px solid currentColor',
      borderRadius: 4,
    },
    '& [data-tone="open"] [aria-current]': { color: palette.warning.main },
    '& [data-tone="undone"] [aria-current]': { color: palette.error.main },
  };
});

type Known = Pick<
  WhaleDetailsQuery['whaleTransaction'],
  'status' | 'statusAt' | 'confirmations' | 'replacedBy'
>;

function toneOf(status: Known['status']): 'done' | 'open' | 'undone' {
  if (isUndone(status)) return 'undone';
  return status === 'UNCONFIRMED' ? 'open' : 'done';
}

/** What has become of a transaction so far, since when, and what took its place. */
export function Life({ status, statusAt, confirmations, replacedBy }: Known) {
  const formats = useFormats();
  const facts = [
    STATUS_EXPLANATIONS[status],
    ...(confirmations === null ? [] : [confirmationsOf(confirmations)]),
    ...(statusAt === null ? [] : [`told ${formats.dateTime(Date.parse(statusAt))}`]),
  ];
  return (
    <Frame>
      <ol data-tone={toneOf(status)}>
        {lifeOf(status).map((step) => (
          <li key={step.status} data-when={step.when}>
            <span aria-current={step.when === 'now' ? 'step' : undefined}>
              {STATUS_NAMES[step.status]}
            </span>
          </li>
        ))}
      </ol>
      <p className="quiet">{facts.join(' · ')}</p>
      {replacedBy !== null && (
        <p>
          <WhaleLink id={replacedBy}>The one that took its place</WhaleLink>
        </p>
      )}
    </Frame>
  );
}
