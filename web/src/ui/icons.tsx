import type { ReactNode, SVGProps } from 'react';

function icon(name: string, shape: ReactNode) {
  function Icon(props: SVGProps<SVGSVGElement>) {
    return (
      <svg
        width="18"
        height="18"
        viewBox="0 0 20 20"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        {...props}
      >
        {shape}
      </svg>
    );
  }
  Icon.displayName = name;
  return Icon;
}

/** The product's mark: a whale's head above the waterline. */
export const MarkIcon = icon(
  'MarkIcon',
  <>
    <path d="M2 13.5c1.3 1 2.7 1 4 0s2.7-1 4 0 2.7 1 4 0 2.7-1 4 0" />
    <path d="M6 11.2C6 6 8.4 2.8 11.6 2.8c2 0 3.2 1.8 3.2 4.2 0 1.6-.2 2.8-.5 4.1" />
    <path d="M11.9 7h.01" strokeWidth="2.2" />
    <path d="M5 17.3h10" />
  </>,
);
export const MarketsIcon = icon(
  'MarketsIcon',
  <>
    <path d="M5 3v3M5 12v5M10 2v5M10 14v4M15 4v2M15 11v4" />
    <path d="M3.5 6h3v6h-3zM8.5 7h3v7h-3zM13.5 6h3v5h-3z" />
  </>,
);
export const StarIcon = icon(
  'StarIcon',
  <path d="m10 2.8 2.2 4.6 5 .7-3.6 3.5.9 5L10 14.2l-4.5 2.4.9-5L2.8 8.1l5-.7z" />,
);
export const SearchIcon = icon(
  'SearchIcon',
  <>
    <circle cx="9" cy="9" r="5.5" />
    <path d="m13.2 13.2 4 4" />
  </>,
);
export const SettingsIcon = icon(
  'SettingsIcon',
  <>
    <path d="M3 6h7M14.5 6H17M3 14h2.5M10 14h7" />
    <circle cx="12.2" cy="6" r="2.2" />
    <circle cx="7.8" cy="14" r="2.2" />
  </>,
);
export const ApiIcon = icon('ApiIcon', <path d="M7 4 2.5 10 7 16M13 4l4.5 6-4.5 6" />);
export const KeyboardIcon = icon(
  'KeyboardIcon',
  <>
    <rect x="2" y="5" width="16" height="10" rx="1.5" />
    <path d="M5 8.5h.01M8.3 8.5h.01M11.7 8.5h.01M15 8.5h.01M6.5 12h7" />
  </>,
);
export const FilterIcon = icon('FilterIcon', <path d="M3 5h14M5.5 10h9M8.5 15h3" />);
export const CloseIcon = icon('CloseIcon', <path d="m5 5 10 10M15 5 5 15" />);
export const WarningIcon = icon(
  'WarningIcon',
  <>
    <path d="M10 3 2 17h16z" />
    <path d="M10 8v4M10 14.5h.01" />
  </>,
);
export const UpIcon = icon('UpIcon', <path d="M5 12.5 10 7.5l5 5" />);
export const DownIcon = icon('DownIcon', <path d="m5 7.5 5 5 5-5" />);
export const GripIcon = icon(
  'GripIcon',
  <path
    d="M7.5 5h.01M12.5 5h.01M7.5 10h.01M12.5 10h.01M7.5 15h.01M12.5 15h.01"
    strokeWidth="2.2"
  />,
);
export const BackIcon = icon('BackIcon', <path d="M12 4 6 10l6 6" />);
/** A fluke above the water. */
export const WhaleIcon = icon(
  'WhaleIcon',
  <>
    <path d="M10 12.5C10 8.5 7 6 2.8 5.2c.4 3 2.6 4.9 5 5.2 1.2.2 2.2 1 2.2 2.1" />
    <path d="M10 12.5c0-4 3-6.5 7.2-7.3-.4 3-2.6 4.9-5 5.2-1.2.2-2.2 1-2.2 2.1" />
    <path d="M3 16c1.2.9 2.3.9 3.5 0s2.3-.9 3.5 0 2.3.9 3.5 0 2.3-.9 3.5 0" />
  </>,
);
/** Leads out of the product. */
export const OutsideIcon = icon(
  'OutsideIcon',
  <path d="M8 5H4v11h11v-4M11.5 4H16v4.5M16 4l-7 7" />,
);
export const BellIcon = icon(
  'BellIcon',
  <path d="M10 3a4.5 4.5 0 0 0-4.5 4.5c0 4-1.5 5.5-2 6.5h13c-.5-1-2-2.5-2-6.5A4.5 4.5 0 0 0 10 3M8.5 17h3" />,
);
export const CopyIcon = icon(
  'CopyIcon',
  <>
    <rect x="7" y="7" width="9.5" height="9.5" rx="1.5" />
    <path d="M13 7V5A1.5 1.5 0 0 0 11.5 3.5H5A1.5 1.5 0 0 0 3.5 5v6.5A1.5 1.5 0 0 0 5 13h2" />
  </>,
);
export const DoneIcon = icon('DoneIcon', <path d="m4.5 10.5 3.8 3.8 7.2-8" />);
export const LinkIcon = icon(
  'LinkIcon',
  <>
    <path d="M8.5 11.5a3 3 0 0 0 4.3.2l2.6-2.6a3 3 0 0 0-4.3-4.3l-1 1" />
    <path d="M11.5 8.5a3 3 0 0 0-4.3-.2l-2.6 2.6a3 3 0 0 0 4.3 4.3l1-1" />
  </>,
);
