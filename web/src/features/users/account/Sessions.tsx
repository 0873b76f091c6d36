import { useMutation, useQuery } from '@apollo/client/react';
import Button from '@mui/material/Button';
import { graphql } from '../../../generated/gql';
import type { SessionsQuery } from '../../../generated/graphql';
import { Actions, Notice } from '../../../ui/form';
import { Section, Things, ThingsSkeleton } from '../../../ui/sections';
import { ErrorState } from '../../../ui/StateViews';
import { useAction } from '../../../ui/useAction';
import { useFormats } from '../../../ui/useFormats';
import { useRemoval, type Removal } from '../../../ui/useRemoval';

const SESSIONS = graphql(`
  query Sessions($first: Int!, $after: String) {
    me {
      id
      sessions(first: $first, after: $after) {
        edges {
          node {
            id
            device
            address
            createdAt
            lastUsedAt
            isCurrent
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

const END_SESSION = graphql(`
  mutation EndSession($id: ID!) {
    endSession(id: $id)
  }
`);

const END_OTHER_SESSIONS = graphql(`
  mutation EndOtherSessions {
    endOtherSessions
  }
`);

const PAGE_SIZE = 50;

type Session = NonNullable<NonNullable<SessionsQuery['me']>['sessions']>['edges'][number]['node'];

interface SessionLineProps {
  session: Session;
  removes: Removal['removes'];
  onEnd: (session: Session) => void;
}

function SessionLine({ session, removes, onEnd }: SessionLineProps) {
  const formats = useFormats();
  const place = `from ${session.address ?? 'an unknown address'}`;
  return (
    <li>
      <div className="what">
        <strong>{session.device}</strong>
        <span>
          Last used {formats.dateTime(Date.parse(session.lastUsedAt))} {place} · signed in{' '}
          {formats.dateTime(Date.parse(session.createdAt))}
        </span>
      </div>
      <div className="does">
        {session.isCurrent ? (
          <span className="tag">This one</span>
        ) : (
          <Button
            size="small"
            {...removes(session.id)}
            aria-label={`End the session of ${session.device}, ${place}`}
            onClick={() => onEnd(session)}
          >
            End
          </Button>
        )}
      </div>
    </li>
  );
}

/** Where somebody is signed in, and how to end that. */
export function Sessions() {
  const { data, error, refetch } = useQuery(SESSIONS, {
    variables: { first: PAGE_SIZE, after: null },
    fetchPolicy: 'cache-and-network',
  });
  const [endSession] = useMutation(END_SESSION);
  const [endOthers] = useMutation(END_OTHER_SESSIONS);
  const { remove, removes, told } = useRemoval('session');
  const end = useAction(({ id, device }: Session) =>
    remove(id, `The session of ${device} has ended.`, async () => {
      await endSession({ variables: { id } });
      await refetch();
    }),
  );
  const all = useAction(() =>
    remove(null, 'All other sessions have ended.', async () => {
      await endOthers();
      await refetch();
    }),
  );
  const sessions = data?.me?.sessions?.edges.map(({ node }) => node);
  if (!sessions && error) {
    return (
      <ErrorState
        title="Your sessions could not be loaded"
        error={error}
        stillWorks="The other pages work."
        onRetry={() => void refetch()}
      />
    );
  }
  const failure = end.failure ?? all.failure;
  return (
    <Section
      title="Signed-in devices"
      about="A session ends after 30 days without use, and at the latest after 90. If you do not know one, end it and change your password."
    >
      {failure !== undefined && <Notice tone="fault">{failure}</Notice>}
      {told}
      {sessions ? (
        <Things>
          {sessions.map((session) => (
            <SessionLine key={session.id} {...{ session, removes }} onEnd={end.run} />
          ))}
        </Things>
      ) : (
        <ThingsSkeleton count={2} />
      )}
      {sessions && sessions.length > 1 && (
        <>
          <p id="others-end">
            All devices but this one are signed out at once, also those that are not shown here.
            Keys go on working.
          </p>
          <Actions>
            <Button
              variant="outlined"
              aria-describedby="others-end"
              aria-disabled={all.pending}
              onClick={() => all.run()}
            >
              End all other sessions
            </Button>
          </Actions>
        </>
      )}
    </Section>
  );
}
