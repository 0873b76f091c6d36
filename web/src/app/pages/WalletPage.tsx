import { useParams } from 'react-router';
import { assetPath } from '../../features/market/asset-path';
import { shortAddress } from '../../features/whales/parties';
import { Wallet } from '../../features/whales/wallet/Wallet';
import { useViewer } from './useViewer';

/** One wallet. */
export default function WalletPage() {
  const { chain = '', address = '' } = useParams();
  const viewer = useViewer();
  return (
    <>
      <title>{`${shortAddress(address)} · Spyhop`}</title>
      <Wallet
        key={`${viewer.key} ${chain} ${address}`}
        {...{ chain, address, viewer }}
        toAsset={assetPath}
      />
    </>
  );
}
