import { describe, expect, it } from '@jest/globals';
import { type AccessRequest, type Asker, type PolicyRule, decide } from '../policy';

const ann: Asker = {
  ...{ userId: 'ann', roles: ['USER'], scopes: ['read:market'] },
  ...{ by: 'session', isLocked: false, isFresh: true },
};
const asked = (over: Partial<AccessRequest> = {}): AccessRequest => ({
  ...{ who: ann, action: 'User.email', owner: 'ann' },
  ...over,
});
const rule = (over: Partial<PolicyRule>): PolicyRule => ({
  ...{ id: 'open', effect: 'allow', actions: ['*.*'], because: 'Open to all.' },
  ...over,
});
const OPEN = rule({});
const FOREIGN = rule({
  ...{ id: 'foreign', effect: 'deny', actions: ['User.*'] },
  ...{ when: { ownership: 'foreign' }, unless: { role: 'ADMIN' }, because: 'Of others.' },
});

describe('a decision', () => {
  it('is a refusal where no rule speaks of the request', () => {
    expect(decide([], asked())).toEqual({
      ...{ isAllowed: false, rule: null, because: 'No rule allows it.', speaking: [] },
      refusal: 'FORBIDDEN',
    });
  });

  it('is made by a rule that denies, wherever it stands, over those that allow', () => {
    const request = asked({ owner: 'bob' });
    for (const rules of [
      [OPEN, FOREIGN],
      [FOREIGN, OPEN],
    ]) {
      expect(decide(rules, request)).toMatchObject({
        ...{ isAllowed: false, rule: 'foreign', because: 'Of others.' },
        speaking: rules.map(({ id }) => id),
      });
    }
  });

  it('looks at whose it is: of nobody nothing is foreign', () => {
    const ruleOf = (owner: string | null) => decide([OPEN, FOREIGN], asked({ owner })).rule;
    expect([ruleOf('ann'), ruleOf('bob'), ruleOf(null)]).toEqual(['open', 'foreign', 'open']);
    const nobody: Asker = { ...ann, userId: null, by: 'nothing' };
    expect(decide([OPEN, FOREIGN], asked({ who: nobody })).rule).toBe('foreign');
  });

  it('leaves out whom `unless` names, and actions that are excepted', () => {
    const who: Asker = { ...ann, roles: ['USER', 'ADMIN'] };
    expect(decide([OPEN, FOREIGN], asked({ who, owner: 'bob' })).rule).toBe('open');
    const excepting = { ...FOREIGN, except: ['User.id'] };
    const request = asked({ action: 'User.id', owner: 'bob' });
    expect(decide([OPEN, excepting], request).rule).toBe('open');
  });

  it.each([
    [{ by: ['key'] as const }, false],
    [{ by: ['session', 'key'] as const }, true],
    [{ role: 'ADMIN' }, false],
    [{ scope: 'read:market' }, true],
    [{ scope: 'admin' }, false],
    [{ isLocked: true }, false],
    [{ isLocked: false, role: 'USER', ownership: 'own' as const }, true],
  ])('takes %j as a condition all of which must hold', (when, isAllowed) => {
    expect(decide([rule({ when })], asked()).isAllowed).toBe(isAllowed);
  });

  it.each([
    ['User.email', true],
    ['User.*', true],
    ['*.email', true],
    ['*.*', true],
    ['User.emailVerified', false],
    ['Query.*', false],
  ])('finds %s to match User.email: %s', (action, isAllowed) => {
    expect(decide([rule({ actions: [action] })], asked()).isAllowed).toBe(isAllowed);
  });
});
