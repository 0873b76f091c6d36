import { type DocumentNode, type FragmentDefinitionNode, Kind } from 'graphql';

/** What fragments a document defines, by name. */
export const fragmentsIn = ({
  definitions,
}: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> =>
  new Map(
    definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
