/** Names the directives below in a supergraph, whatever they are imported as. */
export const LIVE_SPEC = 'https://specs.spyhop.dev/live';

/**
 * What a subgraph adds to its schema so that the router serves its subscriptions by these directives.
 * `@composeDirective` is to be imported from Federation 2.1 or newer.
 */
export const LIVE_DIRECTIVES = `extend schema
  @link(url: "${LIVE_SPEC}/v1.0", import: ["@conflate", "@replayLast", "@resumable", "@splitBy"])
  @composeDirective(name: "@conflate")
  @composeDirective(name: "@replayLast")
  @composeDirective(name: "@resumable")
  @composeDirective(name: "@splitBy")

"""
Of the events of one key only the newest counts: a client that cannot keep up skips older ones. Without
this directive events are queued in order, and a client that falls too far behind is ended with SLOW_CONSUMER.
"""
directive @conflate(
  """
  Fields of the event, or of its items where it is a list, that tell one thing from another. The entity's
  first @key unless given; where there is none either, all events are of one key.
  """
  key: String

  "How often a client gets something at most, in events per second; a list then carries all that changed."
  maxHz: Float
) on FIELD_DEFINITION

"Who subscribes gets the newest event of each key at once, where there has been one."
directive @replayLast on FIELD_DEFINITION

"""
Every event has a cursor, and a subscription that is given one goes on right behind its event, in the same order
for everybody. So events are not lost to a subgraph's restart, and clients that come back share what they have
caught up with.
"""
directive @resumable(
  "Takes the cursor of the last event that was seen; null begins with the next event there is. An ID or a String."
  argument: String! = "after"

  "The event's field that holds its cursor: an ID or a String, another one for each event."
  cursor: String! = "cursor"
) on FIELD_DEFINITION

"""
A subscription with a list is served as the union of subscriptions with one element each, which clients
with other lists share. The field must mean the same either way.
"""
directive @splitBy(
  "The list."
  argument: String!

  "How many elements a client may ask for."
  maxElements: Int! = 1000
) on FIELD_DEFINITION
`;
