/** What the columns of a list of whales are; hidden where there are no rows. */
export function WhaleTitles({ hidden }: { hidden: boolean }) {
  return (
    <div role="row" className="row titles" aria-hidden={hidden}>
      <span role="columnheader">Time</span>
      <span role="columnheader" className="amount">
        Amount
      </span>
      <span role="columnheader" className="usd">
        Worth
      </span>
      <span role="columnheader" className="parties">
        From → to
      </span>
      <span role="columnheader" className="what">
        Kind
      </span>
      <span role="columnheader" className="chain">
        Chain
      </span>
      <span role="columnheader" className="link">
        <span className="visually-hidden">Block explorer</span>
      </span>
    </div>
  );
}
