import type { ComponentType } from 'react';
import {
  Change1hCell,
  Change24hCell,
  Change7dCell,
  MarketCapCell,
  PriceCell,
  SparklineCell,
  VolumeCell,
} from './cells';
import type { SortField } from './view-state';

/** A column of figures right of the asset's name. */
export interface FigureColumn {
  id: string;
  title: string;
  /** What the figure is, for people who hover or listen. */
  explanation: string;
  /** Whether it is an amount of US dollars, which is shown in the person's currency. */
  isMoney?: true;
  /** CSS width in the grid. */
  width: string;
  /** CSS width on a phone, where it differs. */
  phoneWidth?: string;
  sort: SortField | null;
  Cell: ComponentType<{ symbol: string }>;
}

/** The figures in their order on screen. */
export const FIGURE_COLUMNS: readonly FigureColumn[] = [
  {
    id: 'price',
    title: 'Price',
    explanation: 'Last traded price',
    isMoney: true,
    width: 'minmax(152px, 1.2fr)',
    phoneWidth: '118px',
    sort: 'price',
    Cell: PriceCell,
  },
  {
    id: 'change1h',
    title: '1h',
    explanation: 'Change of the price over the last hour',
    width: 'minmax(76px, .7fr)',
    sort: 'change1h',
    Cell: Change1hCell,
  },
  {
    id: 'change24h',
    title: '24h',
    explanation: 'Change of the price over the last 24 hours',
    width: 'minmax(76px, .7fr)',
    sort: 'change24h',
    Cell: Change24hCell,
  },
  {
    id: 'change7d',
    title: '7d',
    explanation: 'Change of the price over the last 7 days',
    width: 'minmax(76px, .7fr)',
    sort: 'change7d',
    Cell: Change7dCell,
  },
  {
    id: 'volume24h',
    title: '24h volume',
    explanation: 'Traded value of the last 24 hours',
    isMoney: true,
    width: 'minmax(106px, .9fr)',
    phoneWidth: '114px',
    sort: 'volume24h',
    Cell: VolumeCell,
  },
  {
    id: 'marketCap',
    title: 'Market cap',
    explanation: 'Price times circulating supply',
    isMoney: true,
    width: 'minmax(106px, .9fr)',
    phoneWidth: '114px',
    sort: 'marketCap',
    Cell: MarketCapCell,
  },
  {
    id: 'sparkline',
    title: 'Last 7 days',
    explanation: 'Hourly closing prices of the last 7 days',
    width: 'minmax(136px, 1fr)',
    sort: null,
    Cell: SparklineCell,
  },
];
