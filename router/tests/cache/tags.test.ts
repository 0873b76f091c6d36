import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import type { Data } from '../../execute/data';
import { cachingHead, operationOf, plannerOf } from './graph';

const planner = plannerOf(
  parse(`${cachingHead()}
    type Query {
      posts: [Post!]! @cacheTag(format: "posts")
      post(id: ID!): Post @cacheTag(format: "post-{$args.id}")
      by(who: Who = { team: "core" }): [Post!]! @cacheTag(format: "by-{$args.who.team}")
      feed: [Item!]!
      text: String
    }
    input Who { team: String! }
    interface Item { id: ID! }
    type Post implements Item
      @key(fields: "id")
      @cacheTag(format: "post-{$key.id}")
      @cacheTag(format: "any-post")
    { id: ID! title: String rank(of: Int): Int author: Author! related: [Post!]! }
    type Author @key(fields: "id org { code }") @cacheTag(format: "{$key.org.code}/{$key.id}") {
      id: ID!
      org: Org!
      name: String
    }
    type Org { code: Int! @shareable }
    type Advert implements Item { id: ID! }
  `),
);

const tagsOf = (query: string, data: Data, variables: Record<string, unknown> = {}): string[] =>
  operationOf(planner, query).tagsOf(data, variables).sort();

describe('the tags of an answer', () => {
  it('are those of its root fields, from arguments, variables and defaults', () => {
    const query =
      'query ($id: ID!) { post(id: $id) { title } other: post(id: 7) { title } by { title } }';
    expect(tagsOf(query, { post: null, other: null, by: [] }, { id: '1' })).toEqual([
      'by-core',
      'post-1',
      'post-7',
    ]);
  });

  it('are those of all entities in it, wherever they are', () => {
    const query = '{ posts { id author { id org { code } } related { id } } }';
    const author = { id: 'ann', org: { code: 3 } };
    const data = { posts: [{ id: '1', author, related: [{ id: '2' }] }] };
    expect(tagsOf(query, data)).toEqual(['3/ann', 'any-post', 'post-1', 'post-2', 'posts']);
  });

  it('follow keys under the names that the client gave them', () => {
    const query = '{ posts { key: id id: title } }';
    const data = { posts: [{ key: '1', id: 'Not a key' }] };
    expect(tagsOf(query, data)).toEqual(['any-post', 'post-1', 'posts']);
  });

  it('follow keys that only the planner selected', () => {
    expect(tagsOf('{ posts { title } }', { posts: [{ title: 'T', id: '1' }] })).toEqual([
      'any-post',
      'post-1',
      'posts',
    ]);
  });

  it('are the formats themselves for entities whose key is not in the answer', () => {
    const unknown = ['any-post', 'post-{$key.id}', 'posts'];
    expect(tagsOf('{ posts { title } }', { posts: [{ title: 'T' }] })).toEqual(unknown);
    expect(tagsOf('{ posts { id: title } }', { posts: [{ id: 'T' }] })).toEqual(unknown);
    expect(tagsOf('{ posts { id: rank(of: 1) } }', { posts: [{ id: 1 }] })).toEqual(unknown);
  });

  it('are those of the type that an object of an interface is', () => {
    const data = {
      feed: [
        { __typename: 'Advert', id: '1' },
        { __typename: 'Post', id: '2' },
      ],
    };
    expect(tagsOf('{ feed { id } }', data)).toEqual(['any-post', 'post-2']);
    expect(tagsOf('{ feed { id } }', { feed: [{ id: '2' }] })).toEqual([
      'any-post',
      'post-{$key.id}',
    ]);
  });

  it('follow fragments, and fields that are selected several times', () => {
    const query = `{ ...A posts { author { org { code } } } }
      fragment A on Query { posts { ... on Item { id } author { id } } }`;
    const data = { posts: [{ id: '1', author: { id: 'ann', org: { code: 3 } } }] };
    expect(tagsOf(query, data)).toEqual(['3/ann', 'any-post', 'post-1', 'posts']);
  });

  it('are the formats themselves where they would be too many or too long', () => {
    const posts = Array.from({ length: 200 }, (_, id) => ({ id: String(id) }));
    const coarse = ['any-post', 'post-{$key.id}', 'posts'];
    expect(tagsOf('{ posts { id } }', { posts })).toEqual(coarse);
    expect(tagsOf('{ posts { id } }', { posts: [{ id: 'x'.repeat(1_000) }] })).toEqual(coarse);
  });

  it('are none where nothing is tagged', () => {
    expect(tagsOf('{ text feed { ... on Advert { id } } }', { text: 'x', feed: [] })).toEqual([]);
  });
});

describe('an invalidated tag', () => {
  it('stands for what may have it although nothing shows that', () => {
    expect(planner.formats.standingFor('post-1')).toEqual([
      'post-1',
      'post-{$key.id}',
      'post-{$args.id}',
    ]);
    expect(planner.formats.standingFor('posts')).toEqual(['posts']);
  });
});

describe('tag formats that make no sense', () => {
  it('are all named when the supergraph is loaded', () => {
    const load = (): unknown =>
      plannerOf(
        parse(`${cachingHead()}
          type Query {
            a(id: ID!): Int @cacheTag(format: "a-{$args.code}")
            b(id: ID!): Int @cacheTag(format: "b-{$key.id}")
            c: Int @cacheTag(format: "c-{$args.}")
            d: Int @cacheTag(format: "d}")
          }
          type Plain { text: String }
          type Thing @key(fields: "id") @key(fields: "code") @cacheTag(format: "t-{$key.id}") {
            id: ID!
            code: ID!
            plain: Plain
          }
          type Stub @key(fields: "id", resolvable: false) @cacheTag(format: "s") { id: ID! }
        `),
      );
    for (const fault of [
      '@cacheTag(format: "a-{$args.code}") on Query.a: there is no argument "code"',
      '@cacheTag(format: "b-{$key.id}") on Query.b: it must be text with placeholders',
      '@cacheTag(format: "c-{$args.}") on Query.c: it must be text with placeholders',
      '@cacheTag(format: "d}") on Query.d: it must be text with placeholders',
      '@cacheTag(format: "t-{$key.id}") on Thing: not every key has the field "id"',
      '@cacheTag(format: "s") on Stub: the type is no entity that can be resolved',
    ]) {
      expect(load).toThrow(fault);
    }
  });
});
