import type { Log } from '@spyhop/platform/log';
import type { RecordSecurityEvent } from '../rules/security-event';

/** Writes security events into the log. */
export const createRecordSecurityEvent =
  (log: Log): RecordSecurityEvent =>
  async (event) => {
    log.info({ securityEvent: event }, `security event ${event.kind}`);
  };
