import Button from '@mui/material/Button';
import { styled } from '@mui/material/styles';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { Actions } from '../../../ui/form';
import { TEXT } from '../../../ui/theme';
import { useFormats } from '../../../ui/useFormats';
import { accountPlace, PLACES } from '../places';
import { inWords } from '../security-events/event-words';
import { AccountName } from './AccountName';
import { auditParams } from './audit-view';
import { AUDIT_WORDS } from './audit-words';
import type { AuditEntry } from './documents';

const More = styled('div')(({ theme }) => ({
  display: 'grid',
  gap: 12,
  padding: '4px 12px 16px',
  '& dl': {
    display: 'grid',
    gridTemplateColumns: 'minmax(96px, 160px) minmax(0, 1fr)',
    gap: '4px 16px',
    margin: 0,
  },
  '& dt': { color: theme.vars.palette.text.secondary },
  '& dd': { margin: 0, overflowWrap: 'anywhere' },
  '& .hash': { fontSize: TEXT.small },
}));

/** Who did it and whose account it is about, in a few words. */
function Who({ actor, subject }: Pick<AuditEntry, 'actor' | 'subject'>) {
  if (actor === null && subject === null) return 'nobody known';
  if (actor === null) return <>about {<AccountName id={subject ?? ''} />}</>;
  if (subject === null || subject === actor) return <>by {<AccountName id={actor} />}</>;
  return (
    <>
      by <AccountName id={actor} />, about <AccountName id={subject} />
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === null) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Details({ entry }: { entry: AuditEntry }) {
  const { id, at, actor, subject, sessionId, address, userAgent, details, hash } = entry;
  const log = (view: Parameters<typeof auditParams>[0]) =>
    `${PLACES.auditLog}?${auditParams(view)}`;
  const account = (userId: string | null) =>
    userId === null ? null : <Link to={accountPlace(userId)}>{userId}</Link>;
  return (
    <More>
      <dl>
        {inWords(details).map(({ name, value }) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ))}
        <Fact name="done by">{account(actor)}</Fact>
        <Fact name="about">{account(subject)}</Fact>
        <Fact name="network address">{address}</Fact>
        <Fact name="client">{userAgent}</Fact>
        <Fact name="session">{sessionId}</Fact>
        <Fact name="time (UTC)">{at}</Fact>
        <Fact name="entry">{id}</Fact>
        <Fact name="hash">
          <span className="hash">{hash}</span>
        </Fact>
      </dl>
      <Actions>
        {subject !== null && (
          <Button size="small" variant="outlined" component={Link} to={log({ subject })}>
            All about this account
          </Button>
        )}
        {address !== null && (
          <Button size="small" variant="outlined" component={Link} to={log({ address })}>
            All from this address
          </Button>
        )}
      </Actions>
    </More>
  );
}

/** One entry: a line, and behind it all that is known. */
export function AuditRow({ entry }: { entry: AuditEntry }) {
  const formats = useFormats();
  const [open, setOpen] = useState(false);
  return (
    <li>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary className="row">
          <strong>{AUDIT_WORDS[entry.kind]}</strong>
          <span className="quiet number aside">{formats.dateTime(Date.parse(entry.at))}</span>
          <span>
            <Who {...entry} />
          </span>
          <span className="quiet last">{entry.address}</span>
        </summary>
        {open && <Details entry={entry} />}
      </details>
    </li>
  );
}
