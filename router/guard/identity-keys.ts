import type { Identity } from '@spyhop/platform/identity';
import { canonicalJson } from '../plan/canonical-json';

/** Tells identities apart, where something is shared by those who are the same. */
export class IdentityKeys {
  /** `passedClaims`: what subgraphs are told of an identity besides subject, scopes and roles. */
  constructor(private readonly passedClaims: readonly string[]) {}

  /**
   * Equal for those who may share what was executed in the name of one of them: who has the same subject of the
   * same issuer, scopes and roles, and claims of which subgraphs are told.
   */
  of(identity: Identity): string {
    const { scopes, roles } = identity;
    return JSON.stringify([this.personOf(identity), [...scopes].sort(), [...roles].sort()]);
  }

  /** Whether what runs in the name of `former` may go on in that of `next`: the same, who may do no less. */
  covers(next: Identity, former: Identity): boolean {
    return (
      this.personOf(next) === this.personOf(former) &&
      [...former.scopes].every((scope) => next.scopes.has(scope)) &&
      [...former.roles].every((role) => next.roles.has(role))
    );
  }

  private personOf({ subject, claims }: Identity): string {
    const shown = ['iss', ...this.passedClaims].map((name) => canonicalJson(claims[name]));
    return JSON.stringify([subject, ...shown]);
  }
}
