import { useApolloClient } from '@apollo/client/react';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import { styled } from '@mui/material/styles';
import { toDataURL } from 'qrcode';
import { useEffect, useState } from 'react';
import { Field, FormGrid, Submit } from '../../../ui/form';
import { TEXT } from '../../../ui/theme';
import { useForm } from '../../../ui/useForm';
import { CODE_INPUT, codeFault } from '../fields';
import { CONFIRM_TOTP } from './security-documents';

const QR_SIZE = 200;

const Code = styled('div')(({ theme }) => ({
  display: 'flex',
  flexWrap: 'wrap',
  gap: 20,
  alignItems: 'flex-start',
  '& img': { display: 'block', borderRadius: 6 },
  '& .manual': { flex: '1 1 200px', display: 'grid', gap: 6, minWidth: 0 },
  '& code': {
    fontFamily: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
    fontSize: TEXT.body,
    overflowWrap: 'anywhere',
    userSelect: 'all',
  },
  '& .quiet': { color: theme.vars.palette.text.secondary },
}));

function useQrImage(uri: string): string | undefined {
  const [image, setImage] = useState<string>();
  useEffect(() => {
    let wanted = true;
    void toDataURL(uri, { width: 2 * QR_SIZE, margin: 2 }).then((made) => {
      if (wanted) setImage(made);
    });
    return () => {
      wanted = false;
    };
  }, [uri]);
  return image;
}

const inFours = (key: string) => key.replace(/(.{4})(?=.)/g, '$1 ');

interface TotpSetUpProps {
  uri: string;
  manualKey: string;
  onCodes: (recoveryCodes: readonly string[]) => void;
  onCancel: () => void;
}

/** The key for an app that shows codes, and the first code to prove that the app has it. */
export default function TotpSetUp({ uri, manualKey, onCodes, onCancel }: TotpSetUpProps) {
  const client = useApolloClient();
  const image = useQrImage(uri);
  const { field, form, pending, failure } = useForm({
    initial: { code: '' },
    check: ({ code }) => ({ code: codeFault(code) }),
    submit: async ({ code }) => {
      const { data } = await client.mutate({
        mutation: CONFIRM_TOTP,
        variables: { code: code.replace(/\s/g, '') },
        fetchPolicy: 'no-cache',
      });
      onCodes(data?.confirmTotp ?? []);
    },
  });
  return (
    <>
      <Code>
        {image ? (
          <img
            src={image}
            width={QR_SIZE}
            height={QR_SIZE}
            alt="QR code with the key for your app; the same key stands next to it"
          />
        ) : (
          <Skeleton variant="rounded" width={QR_SIZE} height={QR_SIZE} />
        )}
        <div className="manual">
          <p>
            Scan this with an app that shows codes, such as Aegis, 1Password or Google
            Authenticator.
          </p>
          <p className="quiet">Or enter the key by hand:</p>
          <code data-testid="manual-key">{inFours(manualKey)}</code>
        </div>
      </Code>
      <FormGrid {...form} aria-label="First code">
        <Field {...field('code')} {...CODE_INPUT} autoFocus />
        <Submit
          pending={pending}
          failure={failure}
          beside={<Button onClick={onCancel}>Cancel</Button>}
        >
          Turn it on
        </Submit>
      </FormGrid>
    </>
  );
}
