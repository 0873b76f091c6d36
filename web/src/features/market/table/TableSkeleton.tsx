import Skeleton from '@mui/material/Skeleton';
import { ROW_HEIGHT, usePreferences } from '../../../ui/preferences';
import { FIGURE_COLUMNS } from './columns';
import { TableFrame } from './table-look';

const ROWS = 20;

/** The table's own shape while its first data is on the way. */
export function TableSkeleton() {
  const height = ROW_HEIGHT[usePreferences().density];
  return (
    <TableFrame role="status" aria-label="Assets are loading" sx={{ overflow: 'hidden' }}>
      <div className="row head" />
      {Array.from({ length: ROWS }, (_, row) => (
        <div key={row} className="row" style={{ height }}>
          <div className="cell rank">
            <Skeleton width={16} />
          </div>
          <div className="cell starring" />
          <div className="cell asset">
            <Skeleton width="70%" />
          </div>
          {FIGURE_COLUMNS.map(({ id }) => (
            <div key={id} className="cell figure">
              <Skeleton width="70%" />
            </div>
          ))}
        </div>
      ))}
    </TableFrame>
  );
}
