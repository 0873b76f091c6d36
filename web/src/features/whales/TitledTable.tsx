import type { ReactNode } from 'react';

/** The title of a column. */
export interface ColumnTitle {
  title: string;
  /** It is of figures, which stand at the end of their cells. */
  figure?: boolean;
  /** What a title that short does not say. */
  hint?: string;
}

/** The title of a column of figures. */
export const figure = (title: string, hint?: string): ColumnTitle => ({
  ...{ title, figure: true },
  ...(hint !== undefined && { hint }),
});

interface TitledTableProps {
  titles: readonly ColumnTitle[];
  /** The rows. */
  children: ReactNode;
}

/** A plain table under the titles of its columns; stands in a `TableFrame`. */
export function TitledTable({ titles, children }: TitledTableProps) {
  return (
    <table>
      <thead>
        <tr>
          {titles.map(({ title, figure: isFigure, hint }) => (
            <th key={title} scope="col" className={isFigure ? 'figure' : undefined} title={hint}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}
