import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { Section, ThingsSkeleton } from '../../../ui/sections';
import { ErrorState } from '../../../ui/StateViews';
import { PasswordChange } from './PasswordChange';
import { Passkeys } from './Passkeys';
import { RecoveryCodes, SecondFactor } from './SecondFactor';
import { SECOND_FACTOR } from './security-documents';
import { ShownOnce } from './ShownOnce';

const KEEP_THEM =
  'These recovery codes are shown this once. Keep them where you find them when your phone is lost; each counts once.';

/** What guards an account. */
export function Security() {
  const { data, error, refetch } = useQuery(SECOND_FACTOR, { fetchPolicy: 'cache-and-network' });
  const [codes, setCodes] = useState<readonly string[]>([]);
  const me = data?.me;
  const factor = me?.secondFactor;
  if (!factor) {
    if (!error) return <ThingsSkeleton count={3} />;
    return (
      <ErrorState
        title="Your second factor could not be loaded"
        error={error}
        stillWorks="The other pages work."
        onRetry={() => void refetch()}
      />
    );
  }
  const onCodes = (next: readonly string[]) => {
    setCodes(next);
    void refetch();
  };
  if (codes.length > 0) {
    return (
      <Section title="Recovery codes" about="For when your second factor is lost.">
        <ShownOnce
          sentence={KEEP_THEM}
          label="Recovery codes"
          text={codes.join('\n')}
          file="spyhop-recovery-codes.txt"
          onDone={() => setCodes([])}
        />
      </Section>
    );
  }
  const guarded = factor.totp || factor.passkeys.length > 0;
  return (
    <>
      <SecondFactor factor={factor} onCodes={onCodes} onChanged={refetch} />
      <Passkeys passkeys={factor.passkeys} onCodes={onCodes} onChanged={refetch} />
      {guarded && <RecoveryCodes factor={factor} onCodes={onCodes} />}
      <PasswordChange email={me.email} />
    </>
  );
}
