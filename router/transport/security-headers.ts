import { createHash } from 'node:crypto';

/** Headers with which a browser protects itself, by name in lower case. */
export type SecurityHeaders = Readonly<Record<string, string>>;

/** What a page may load and do: Content Security Policy Level 3, by directive. */
type Policy = Readonly<Record<string, readonly string[]>>;

const SELF = "'self'";
const NONE = "'none'";
const INLINE = "'unsafe-inline'";
const APOLLO_SCRIPTS = 'https://embeddable-sandbox.cdn.apollographql.com';
const APOLLO_FRAMES = 'https://sandbox.embed.apollographql.com';
const HSTS_SECONDS = 31_536_000;

/** Nothing but what a page needs, as the OWASP Cheat Sheets for CSP and for HTTP headers advise. */
const PAGE: Policy = {
  'default-src': [NONE],
  'base-uri': [NONE],
  'form-action': [SELF],
  'frame-ancestors': [NONE],
  'connect-src': [SELF],
  'font-src': [SELF],
  'img-src': [SELF, 'data:'],
  'manifest-src': [SELF],
  'script-src': [SELF],
};

/** Of every answer that is no page: it is never rendered, and never framed. */
const NO_PAGE: Policy = { 'default-src': [NONE], 'frame-ancestors': [NONE] };

const UNUSED_FEATURES = ['camera', 'microphone', 'geolocation', 'payment', 'usb', 'serial', 'hid'];

export interface SecurityOptions {
  /** Browsers are told to come back over TLS only. */
  isOverTls: boolean;
  /** `sha256-…` of styles that the app's libraries write into its page. */
  styleHashes: readonly string[];
}

/** Headers by what is served. */
export interface Security {
  /** Answers of the API, and all else that is no page. */
  api: SecurityHeaders;
  /** A single-page app. */
  app: SecurityHeaders;
  /** Pages with scripts and styles in them. */
  sandbox: (html: string) => SecurityHeaders;
  graphiql: (html: string) => SecurityHeaders;
}

/** Makes the headers for all that the router serves, once. */
export function securityHeaders({ isOverTls, styleHashes }: SecurityOptions): Security {
  const common = {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'x-frame-options': 'DENY',
    ...(isOverTls && { 'strict-transport-security': `max-age=${HSTS_SECONDS}` }),
  };
  const api = {
    ...common,
    'content-security-policy': textOf(NO_PAGE),
    // Pages elsewhere that may use the API ask by CORS, to which this does not apply.
    'cross-origin-resource-policy': 'same-origin',
  };
  const page = (policy: Policy, opener: string): SecurityHeaders => ({
    ...api,
    'content-security-policy': textOf(isOverTls ? { ...policy, ...UPGRADED } : policy),
    'cross-origin-opener-policy': opener,
    'permissions-policy': UNUSED_FEATURES.map((feature) => `${feature}=()`).join(', '),
  });
  return {
    api,
    app: page({ ...PAGE, 'style-src': [SELF, EMPTY, ...quoted(styleHashes)] }, 'same-origin'),
    // Signing in at Apollo opens a window.
    sandbox: (html) => page(sandboxPolicy(html), 'same-origin-allow-popups'),
    graphiql: (html) => page(graphiqlPolicy(html), 'same-origin'),
  };
}

/** Styles that are empty in the page, and written through the CSSOM, as Emotion's are. */
const EMPTY = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

const quoted = (words: readonly string[]): string[] => words.map((word) => `'${word}'`);

const UPGRADED: Policy = { 'upgrade-insecure-requests': [] };

const sandboxPolicy = (html: string): Policy => ({
  ...PAGE,
  'script-src': [APOLLO_SCRIPTS, ...hashesOf('script', html)],
  'style-src': hashesOf('style', html),
  // The frame that Apollo's script makes has one.
  'style-src-attr': [INLINE],
  'frame-src': [APOLLO_FRAMES],
});

/** Its editor puts styles into the page, and runs in workers that it writes itself. */
const graphiqlPolicy = (html: string): Policy => ({
  ...PAGE,
  'script-src': hashesOf('script', html),
  'style-src': [SELF, INLINE],
  'font-src': [SELF, 'data:'],
  'worker-src': [SELF, 'blob:', 'data:'],
});

/** Of the scripts or styles that stand in a page: CSP Level 3, section 6.7.3.3. */
function hashesOf(element: 'script' | 'style', html: string): string[] {
  const inline = new RegExp(`<${element}(?![^>]*\\ssrc=)[^>]*>([^]*?)</${element}>`, 'g');
  return [...html.matchAll(inline)].map(([, content = '']) => {
    const hash = createHash('sha256').update(content).digest('base64');
    return `'sha256-${hash}'`;
  });
}

const textOf = (policy: Policy): string =>
  Object.entries(policy)
    .map(([directive, sources]) => [directive, ...sources].join(' '))
    .join('; ');
