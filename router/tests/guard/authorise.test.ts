import { describe, expect, it } from '@jest/globals';
import { authorised, codesOf, identity, pathsOf } from './authorised';
import { library, librarySdl } from './library';

describe('a document', () => {
  it.each([
    '{ motto books { title isbn borrower { name books { isbn } } } }',
    '{ items { __typename } found { __typename ... on Book { isbn } } }',
    '{ __schema { types { name } } __type(name: "Vault") { name fields { name } } }',
    'mutation { suggest(title: "x") { isbn } }',
    'subscription { lent { title } }',
  ])('of which nothing needs an identity is the same for everybody: %s', async (query) => {
    expect((await authorised(query)).left).toBe('all, for everybody');
  });

  it('loses what an anonymous client may not use, wherever that is', async () => {
    const { left, errors } = await authorised(
      '{ me { name } reader(id: 1) { name mail: email } fines books { title keeper } }',
    );
    expect(left).toBe('{ reader(id: 1) { name } books { title } }');
    expect(errors).toEqual([
      {
        message: 'Sign in or send a key to use Query.me.',
        path: ['me'],
        extensions: { code: 'UNAUTHENTICATED' },
      },
      {
        message: 'Sign in or send a key to use Reader.email.',
        path: ['reader', 'mail'],
        extensions: { code: 'UNAUTHENTICATED' },
      },
      {
        message: 'Sign in or send a key to use Query.fines.',
        path: ['fines'],
        extensions: { code: 'UNAUTHENTICATED' },
      },
      {
        message: 'Sign in or send a key to use Book.keeper.',
        path: ['books', 'keeper'],
        extensions: { code: 'UNAUTHENTICATED' },
      },
    ]);
  });

  it('loses nothing for an identity that may use it all', async () => {
    const query = '{ me { email debts } books { price } }';
    const { left, errors } = await authorised(query, { who: identity('sales') });
    expect([left, errors]).toEqual([query, []]);
  });

  it.each([
    [[], false],
    [['audit'], false],
    [['finance', 'audit'], true],
    [['sales'], true],
  ])('needs one of the lists of scopes in full: %j', async (scopes, allowed) => {
    const { left, errors } = await authorised('{ books { isbn price } }', {
      who: identity(...scopes),
    });
    expect(left).toBe(allowed ? '{ books { isbn price } }' : '{ books { isbn } }');
    if (allowed) return;
    expect(errors).toEqual([
      {
        message:
          'The identity may not use Book.price; it needs the scopes sales, or audit and finance.',
        path: ['books', 'price'],
        extensions: { code: 'FORBIDDEN' },
      },
    ]);
  });

  it.each([[['stock:read']], [['stock:count']]])(
    'needs what each subgraph asks for that gives a field: %j is too little',
    async (scopes) => {
      const { left } = await authorised('{ books { isbn stock } }', { who: identity(...scopes) });
      expect(left).toBe('{ books { isbn } }');
    },
  );

  it("needs what a field's type asks for, be it an object, a scalar or an enum", async () => {
    const query = '{ motto fines shelf book(isbn: 1) { isbn vault { __typename } } }';
    const { left, errors } = await authorised(query, { who: identity() });
    expect(left).toBe('{ motto fines book(isbn: 1) { isbn } }');
    expect(pathsOf(errors)).toEqual([['shelf'], ['book', 'vault']]);
  });

  it('needs what a type asks for also where a fragment comes to it', async () => {
    const query = '{ found { ... on Vault { __typename code } ... on Reader { id } } }';
    const { left, errors } = await authorised(query, { who: identity() });
    expect(left).toBe('{ found { ... on Reader { id } } }');
    expect(pathsOf(errors)).toEqual([
      ['found', '__typename'],
      ['found', 'code'],
    ]);
  });

  it("needs on an interface's field what the types that implement it ask for", async () => {
    const { left } = await authorised('{ items { __typename title ... on Book { title } } }');
    expect(left).toBe('{ items { __typename ... on Book { title } } }');
  });

  it('needs that too where an older composition did not write it onto the interface', async () => {
    const older = librarySdl().replace(/(interface Actor[^{]*?)@authenticated/, '$1');
    const query = '{ actors { name ... on Reader { name } ... on Robot { model } } }';
    const { left } = await authorised(query, { graph: library(older) });
    expect(left).toBe('{ actors { ... on Reader { name } } }');
  });

  it('without selections below a field loses the field, up to the root', async () => {
    const query = 'query ($id: ID!) { motto reader(id: $id) { books { borrower { email } } } }';
    expect((await authorised(query)).left).toBe('{ motto }');
    const { left, errors } = await authorised('{ reader(id: 1) { books { keeper } } }');
    expect(left).toBeNull();
    expect(pathsOf(errors)).toEqual([['reader', 'books', 'keeper']]);
  });

  it('loses fragments and variables that nothing uses any more', async () => {
    const { left, errors } = await authorised(`
      query Q($id: ID!, $first: Int, $with: Boolean!) {
        reader(id: $id) { ...Private ...Shown }
        me { ...Nested @include(if: $with) all: books(first: $first) { isbn } }
      }
      fragment Private on Reader { email more: debts }
      fragment Shown on Reader { name ...Nested }
      fragment Nested on Reader { books { isbn keeper } }
    `);
    expect(left).toBe(
      'query Q($id: ID!) { reader(id: $id) { ...Shown } } ' +
        'fragment Shown on Reader { name ...Nested } ' +
        'fragment Nested on Reader { books { isbn } }',
    );
    expect(pathsOf(errors)).toEqual([
      ['reader', 'email'],
      ['reader', 'more'],
      ['reader', 'books', 'keeper'],
      ['me'],
    ]);
  });

  it('that subscribes to what is not allowed has nothing left', async () => {
    const { left, errors } = await authorised('subscription { fined { name } }');
    expect([left, codesOf(errors)]).toEqual([null, ['UNAUTHENTICATED']]);
  });

  it('runs no mutation that is not allowed', async () => {
    const query = 'mutation { lend(isbn: 1) { title } suggest(title: "x") { title } }';
    const { left, errors } = await authorised(query, { who: identity() });
    expect(left).toBe('mutation { suggest(title: "x") { title } }');
    expect(codesOf(errors)).toEqual(['FORBIDDEN']);
  });

  it('that asks for the schema is not mixed up with fields that are called the same', async () => {
    const query = '{ types motto __schema { types { name } } }';
    const { left, errors } = await authorised(query);
    expect(left).toBe('{ motto __schema { types { name } } }');
    expect(pathsOf(errors)).toEqual([['types']]);
  });

  it('names a path once, however many fragments lead to it', async () => {
    const { errors } = await authorised(`
      { reader(id: 1) { ...A ...B email } }
      fragment A on Reader { email name }
      fragment B on Reader { ...A id }
    `);
    expect(pathsOf(errors)).toEqual([['reader', 'email']]);
  });

  it('that leads to a refused field in a million ways is answered with a hundred errors', async () => {
    const depth = 20;
    const fragments = Array.from({ length: depth }, (_, n) => {
      const inner = n === depth - 1 ? 'email' : `...F${n + 1}`;
      return `fragment F${n} on Reader { a${n}: books { borrower { ${inner} } } b${n}: books { borrower { ${inner} } } }`;
    });
    const { left, errors } = await authorised(`{ reader(id: 1) { ...F0 } } ${fragments.join(' ')}`);
    expect([left, errors.length]).toEqual([null, 100]);
  });
});
