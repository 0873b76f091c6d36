import { useMoney } from '../../../ui/useMoney';
import { FIGURE_COLUMNS } from './columns';
import type { MarketsView, SortField } from './view-state';

interface HeadProps {
  view: MarketsView;
  onSort: (field: SortField) => void;
}

interface HeadCellProps extends HeadProps {
  title: string;
  explanation?: string;
  field: SortField | null;
  column: number;
  className: string;
}

function HeadCell({ title, explanation, field, column, className, view, onSort }: HeadCellProps) {
  const sorted = field !== null && view.sort === field;
  const order = view.descending ? 'descending' : 'ascending';
  return (
    <div
      role="columnheader"
      aria-colindex={column}
      aria-sort={sorted ? order : undefined}
      className={`cell ${className}`}
      title={explanation}
    >
      {field === null ? (
        title
      ) : (
        <button type="button" className="sort" onClick={() => onSort(field)}>
          {sorted && <span aria-hidden="true">{view.descending ? '↓' : '↑'}</span>}
          {title}
        </button>
      )}
    </div>
  );
}

/** The names of the columns; a click orders by one, a second click turns the order round. */
export function TableHead(props: HeadProps) {
  const { currency } = useMoney();
  return (
    <div role="row" aria-rowindex={1} className="row head">
      <HeadCell {...props} title="#" field="rank" column={1} className="rank" />
      <div role="columnheader" aria-colindex={2} className="cell starring">
        <span className="visually-hidden">Watchlist</span>
      </div>
      <HeadCell {...props} title="Asset" field="name" column={3} className="asset" />
      {FIGURE_COLUMNS.map((column, index) => (
        <HeadCell
          {...props}
          key={column.id}
          title={column.title}
          explanation={column.isMoney ? `${column.explanation} in ${currency}` : column.explanation}
          field={column.sort}
          column={index + 4}
          className="figure"
        />
      ))}
    </div>
  );
}
